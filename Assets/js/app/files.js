// A text file goes into the field that its content could be pasted into, to be seen before it is sent.

import { find, findAll } from "./page.js";

for (const input of findAll("input[type='file'][data-into]")) {
  input.addEventListener("change", async () => {
    const file = input.files[0];
    const field = find(`#${input.dataset.into}`);
    if (!file || !field) return;
    // What is far too long is not read; the server says how much it takes.
    field.value = await file.slice(0, field.maxLength * 4).text();
    field.focus();
  });
}
