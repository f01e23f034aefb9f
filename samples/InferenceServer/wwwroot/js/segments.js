import { el, format } from "./dom.js";
import { describe } from "./prompt-parts.js";
import { appendText } from "./token-flow.js";

const Routes = {
    user: "for the user", reasoning: "reasoning", function: "a function", built_in_tool: "a built-in tool",
    undeclared_tool: "an undeclared tool", unknown: "for nobody known",
};

/** What a parser tells, as it happens: a card for each message, with notes where they belong. */
export class Segments {
    constructor(box) {
        this.box = box;
        this.clear([]);
    }

    clear(events) {
        this.events = events;
        this.shown = 0;
        this.ended = 0;
        this.open = null;
        this.box.replaceChildren();
    }

    /** Shows what has happened after a number of ids. */
    goTo(position) {
        const count = this.events.findIndex(event => event.at > position);
        const target = count < 0 ? this.events.length : count;
        if (target < this.shown) {
            this.clear(this.events);
        }

        while (this.shown < target) {
            this.#add(this.events[this.shown++]);
        }

        this.box.lastElementChild?.scrollIntoView({ block: "nearest" });
    }

    #add(event) {
        switch (event.kind) {
            case "header":
                this.#openCard(event);
                break;
            case "delta":
                this.#text(event);
                break;
            case "end":
                this.ended++;
                this.open?.card.classList.add("ended");
                this.open?.card.querySelector(".state").replaceChildren(
                    `ids ${range(this.open.start, event.start + event.count)}`);
                this.open = null;
                break;
            case "skipped":
                this.#row(event, "skipped", "Skipped", event.text || "no text");
                break;
            case "stop_string":
                this.#note(event, "stop", "stop string");
                break;
            case "error":
                this.#row(event, "error", "Error", event.text);
                break;
            default:
                this.#note(event, "warn", event.text, event.diagnostic);
                break;
        }
    }

    #openCard(event) {
        const text = el("div", { class: "segment-text" });
        const card = el("article", { class: "segment" },
            el("header", {},
                el("span", { class: "number", text: event.message + 1 }),
                ...describe({ ...event, role: event.role ?? "assistant", content_type: event.content_type }),
                event.route && el("span", { class: `pill route-${event.route}`, text: Routes[event.route] }),
                el("span", { class: "grow" }), el("span", { class: "state muted", text: "open" })),
            text);
        this.open = { card, text, start: event.start };
        this.box.append(card);
    }

    #text(event) {
        if (!this.open) {
            this.#openCard(event);
        }

        const last = this.open.text.lastElementChild;
        const target = last?.classList.contains("words")
            ? last
            : this.open.text.appendChild(el("span", { class: "words" }));
        appendText(target, event.text);
    }

    #note(event, kind, text, title) {
        const note = el("span", { class: `note note-${kind}`, title },
            el("b", { text: kind === "warn" ? "! " : "■ " }), text,
            el("small", { text: ` id ${format(event.start)}` }));
        this.open ? this.open.text.append(note) : this.box.append(el("div", { class: "segment-row" }, note));
    }

    #row(event, kind, name, text) {
        const words = el("span", { class: "words" });
        appendText(words, text);
        const row = el("div", { class: `segment-row row-${kind}`, role: kind === "error" ? "alert" : null },
            el("b", { text: `${name} ` }), words,
            el("small", { class: "muted", text: ` ids ${range(event.start, event.start + event.count)}` }));
        this.open ? this.open.text.append(row) : this.box.append(row);
    }
}

const range = (start, end) => end - start < 2 ? format(start) : `${format(start)}–${format(end - 1)}`;
