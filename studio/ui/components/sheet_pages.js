// The pages of the sheet by name; each file sheet_<name>.js adds one: from its value to a title, a note and a body.
const pages = {};
