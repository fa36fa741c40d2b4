// What the server tells the stage: over a socket of its own while that stands, else in the answers to what was asked.
const TRIES_MOST = 8;
let ticket = "", socket = null, tries = 0, session = null, beat = 0;
const deliver = (told) => {
  for (const [name, value] of Object.entries(told.parts || {})) tell("part", { name, value });
  if (typeof told.session !== "string" || told.session === session) return;
  const first = session === null;
  session = told.session;
  if (!first) trigger("remember", {});
};
const connect = () => {
  if (!root.isConnected || !ticket) return;
  const address = new URL("house/channel/" + ticket, document.baseURI);
  address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
  socket = new WebSocket(address);
  socket.addEventListener("open", () => { root.dataset.open = "yes"; if (tries) act("catch-up"); tries = 0; });
  socket.addEventListener("message", (message) => { const told = JSON.parse(message.data); if (told.moved) act("catch-up"); else deliver(told); });
  socket.addEventListener("close", () => {
    root.dataset.open = "no";
    tries += 1;
    if (tries <= TRIES_MOST) setTimeout(connect, Math.min(20000, 400 * 2 ** tries));
  });
};
window.addEventListener("pagehide", () => socket?.close());
show((told) => {
  if (told.beat === beat) return;
  beat = told.beat;
  deliver(told);
  if (told.ticket && told.ticket !== ticket) { ticket = told.ticket; connect(); }
});
