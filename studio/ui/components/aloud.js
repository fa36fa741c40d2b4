// Reads new lines aloud by the browser's own speech, each speaker in a voice that stays theirs. Off until asked for.
const ALOUD = "greenroom-aloud";
const SPOKEN_MOST = 1200;
const canSpeak = "speechSynthesis" in window;
const aloud = () => canSpeak && localStorage.getItem(ALOUD) === "yes";
// The same number for the same name, so that a speaker keeps their voice in every play.
const numberOf = (name) => [...name].reduce((sum, letter) => (sum * 31 + letter.codePointAt(0)) % 9973, 7);
const readAloud = (line, person) => {
  const text = line.text.replace(/\*/g, "").trim().slice(0, SPOKEN_MOST);
  if (!aloud() || !text || !["speech", "action", "narration", "ruling", "whisper"].includes(line.kind)) return;
  const utterance = new SpeechSynthesisUtterance(text);
  const voices = speechSynthesis.getVoices();
  const own = voices.filter((voice) => voice.lang.slice(0, 2) === (navigator.language || "en").slice(0, 2));
  const choice = own.length ? own : voices;
  const number = numberOf(line.kind === "narration" || line.kind === "ruling" ? "narrator" : person?.id || line.actor);
  if (choice.length) utterance.voice = choice[number % choice.length];
  utterance.pitch = 0.75 + (number % 11) * 0.05;
  utterance.rate = 0.95 + (number % 5) * 0.03;
  speechSynthesis.speak(utterance);
};
heed("aloud", ({ on }) => { if (canSpeak && !on) speechSynthesis.cancel(); });
