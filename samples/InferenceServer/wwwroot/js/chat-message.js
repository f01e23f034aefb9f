import { el, format, plural } from "./dom.js";

/** One message of the chat, which is drawn again as it grows. */
export class ChatMessage {
    constructor(message) {
        this.message = message;
        this.reasoning = el("div", { class: "chat-text" });
        this.thought = el("details", { class: "thought", hidden: true },
            el("summary", { text: "Reasoning" }), this.reasoning);
        this.text = el("div", { class: "chat-text" });
        this.calls = el("div", { class: "calls" });
        this.foot = el("footer", { class: "muted" });
        this.element = el("article", { class: `chat-message from-${message.role}` },
            el("header", {}, el("span", { class: `role role-${message.role}`, text: message.role })),
            this.thought, this.text, this.calls, this.foot);
        this.update(false);
    }

    /** @param isOpen Whether more is to come. */
    update(isOpen) {
        const { reasoning = "", content = "", calls = [], finish, usage } = this.message;
        grow(this.reasoning, reasoning);
        grow(this.text, content);
        this.thought.hidden = reasoning === "";

        // The thought is seen while there is nothing else; then it makes room.
        const isThinking = isOpen && content === "" && calls.length === 0;
        if (isThinking !== this.wasThinking) {
            this.thought.open = isThinking;
            this.wasThinking = isThinking;
        }

        this.calls.replaceChildren(...calls.map(call => el("div", { class: "call" },
            el("span", { class: "pill", text: "calls" }), el("code", { text: `${call.name}(${call.arguments})` }))));
        this.element.classList.toggle("is-open", isOpen);
        this.foot.textContent = [
            finish && `finished: ${finish.replace("_", " ")}`,
            usage && `${format(usage.prompt_tokens)} + ${plural(usage.completion_tokens, "id")}`,
            usage?.completion_tokens_details?.reasoning_tokens !== undefined
                && `${format(usage.completion_tokens_details.reasoning_tokens)} of them reasoning`,
        ].filter(Boolean).join(" · ");
    }
}

/** Sets text that mostly grows at its end. */
function grow(element, text) {
    const before = element.textContent;
    if (text.startsWith(before)) {
        text.length > before.length && element.append(text.slice(before.length));
    } else {
        element.textContent = text;
    }
}
