// Writing a message and replying to one.

import { refreshLists } from "./lists.js";
import { flush, send } from "./outbox.js";
import { find, findAll, hear, make, newKey, words } from "./page.js";
import { thread } from "./thread.js";

document.addEventListener("submit", (event) => {
  if (event.target.matches("#composer") && thread.isLatest) sendMessage(event.target, event);
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) event.target.closest?.("#composer")?.requestSubmit();
});

function sendMessage(form, event) {
  event.preventDefault();
  const text = form.elements.body.value.trim();
  if (!text) return form.elements.body.focus();
  const state = make("span", "", "Sending…");
  const retry = make("button", "button-quiet", "Try now");
  retry.type = "button";
  retry.hidden = true;
  retry.addEventListener("click", flush);
  const waiting = makeWaiting(text, state, retry);
  find("#waiting").append(waiting);
  const fields = [...new FormData(form)].concat([["since", String(thread.last)]]);
  find(".error-summary")?.remove();
  clearComposer(form);
  form.elements.key.value = newKey();
  waiting.scrollIntoView({ block: "nearest" });
  send({
    address: form.action, fields,
    done({ document: answer, nextKey }) {
      waiting.remove();
      thread.append(answer, true);
      if (nextKey) form.elements.key.value = nextKey;
      refreshLists();
    },
    wait() {
      state.textContent = "Not sent yet, it is kept here. We keep trying.";
      retry.hidden = false;
    },
    refused({ document: answer }) {
      const summary = find(".error-summary", answer) ?? makeSummary(answer);
      waiting.remove();
      find(".error-summary")?.remove();
      find(".inbox-open").prepend(summary);
      summary.focus();
      restore(form, fields, text);
      const body = form.elements.body;
      const wrong = find("#body-error", answer);
      if (wrong && !find("#body-error", form)) body.before(wrong);
    },
  });
}

/** What was typed and chosen comes back, before whatever has been typed since. */
function restore(form, fields, text) {
  const { body } = form.elements;
  body.value = body.value ? `${text}\n\n${body.value}` : text;
  for (const [name, value] of fields) {
    const box = findAll(`[name="${name}"]`, form).find((input) => input.value === value);
    if (name === "mentions" || name === "tags" || name === "urgency") box.checked = true;
    const replied = name === "reply_to" && value ? document.getElementById(`message-${value}`) : null;
    if (replied && find(".message-text", replied)) replyTo(form, value, excerpt(replied));
  }
}

function makeWaiting(text, state, retry) {
  const who = make("h3", "", make("span", "message-who", "You"));
  const avatar = make("span", "avatar", thread.box.dataset.initials);
  avatar.setAttribute("aria-hidden", "true");
  const said = make("p", "message-text", text);
  return make(
    "article", "message message-mine message-waiting", avatar, make("div", "message-head", who),
    make("div", "message-body", said), make("div", "message-foot", state, retry));
}

/** A refusal that is a page of its own, such as "too long" or "you left this conversation". */
function makeSummary(answer) {
  const reason = find("main .lead", answer);
  const title = make("h2", "", "Your message was not sent");
  const summary = make("div", "error-summary", title, make("p", "", reason ? words(reason) : "The server refused it."));
  summary.setAttribute("role", "alert");
  summary.tabIndex = -1;
  return summary;
}

function clearComposer(form) {
  form.elements.body.value = "";
  form.elements.body.removeAttribute("aria-invalid");
  form.classList.remove("composer-error");
  find("#body-error", form)?.remove();
  find("[name='template']", form)?.remove();
  for (const box of findAll("[name='mentions']:checked, [name='tags']:checked", form)) box.checked = false;
  const first = find("[name='urgency']", form);
  if (first) first.checked = true;
  replyTo(form, "", "");
}

function excerpt(article) {
  const said = words(find(".message-text", article));
  return `${words(find(".message-who", article))}: ${said.length > 120 ? `${said.slice(0, 120)}…` : said}`;
}

function replyTo(form, id, text) {
  form.elements.reply_to.value = id;
  const place = find("#composer-reply");
  place.hidden = !id;
  find(".quote", place).textContent = text;
}

// What is replied to says something else now, or nothing.
hear("reworded", ({ id, isRemoved }) => {
  const form = find("#composer");
  if (form?.elements.reply_to.value !== id) return;
  if (isRemoved) replyTo(form, "", "");
  else replyTo(form, id, excerpt(document.getElementById(`message-${id}`)));
});

document.addEventListener("click", (event) => {
  const form = find("#composer");
  if (!form) return;
  const reply = event.target.closest("[data-reply]");
  if (reply) {
    event.preventDefault();
    replyTo(form, reply.dataset.reply, excerpt(reply.closest("article")));
    form.elements.body.focus();
  }
  if (event.target.closest("[data-reply-cancel]")) {
    event.preventDefault();
    replyTo(form, "", "");
    form.elements.body.focus();
  }
});
