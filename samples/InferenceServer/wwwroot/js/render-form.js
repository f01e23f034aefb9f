import { el } from "./dom.js";
import { parse, print } from "./json.js";
import { contentFields } from "./render-form-contents.js";
import { field, pick } from "./render-form-fields.js";

const Roles = ["system", "developer", "user", "assistant", "tool"];

const blanks = {
    user: () => ({ role: "user", content: "" }),
    assistant: () => ({ role: "assistant", channel: "final", content: "" }),
    reasoning: () => ({ role: "assistant", channel: "analysis", content: "" }),
    "tool call": () => ({
        role: "assistant",
        recipient: "functions.name",
        channel: "commentary",
        content_type: "<|constrain|>json",
        content: "{}",
    }),
    "tool result": () => ({
        role: "tool", name: "functions.name", recipient: "assistant", channel: "commentary", content: "",
    }),
    system: () => ({
        role: "system",
        content: [{
            type: "system_content",
            model_identity: "You are ChatGPT, a large language model trained by OpenAI.",
            reasoning_effort: "Medium",
            channel_config: { valid_channels: ["analysis", "commentary", "final"], channel_required: true },
        }],
    }),
    developer: () => ({ role: "developer", content: [{ type: "developer_content", instructions: "" }] }),
};

/** The conversation as a form. The JSON is what counts: the form is made of it, and writes it. */
export function createForm(box, getText, setText) {
    let conversation = null;
    let dropped = [];

    const write = () => setText(print(conversation));
    const rebuild = focus => {
        write();
        build();
        box.querySelectorAll(".card")[focus]?.querySelector("textarea, input, select").focus();
    };

    function build() {
        try {
            conversation = parse(getText());
            if (!Array.isArray(conversation?.messages)) {
                throw new SyntaxError("there is no list of messages");
            }
        } catch (error) {
            const text = `The form needs JSON that can be read: ${error.message}.`;
            box.replaceChildren(el("p", { class: "hint", text }));
            return;
        }

        box.replaceChildren(
            ...conversation.messages.map(card),
            el("div", { class: "adders", role: "group", "aria-label": "Add a message" },
                el("span", { class: "muted", text: "Add" }),
                ...Object.keys(blanks).map(name => el("button", {
                    type: "button", class: "small", text: name, onclick: () => add(name),
                }))));
        showDropped(dropped);
    }

    function add(name) {
        const message = blanks[name]();

        // The model's own words and the instructions stand at the beginning.
        const at = name === "system" ? 0
            : name === "developer" ? conversation.messages.findLastIndex(one => one.role === "system") + 1
                : conversation.messages.length;
        conversation.messages.splice(at, 0, message);
        rebuild(at);
    }

    function card(message, index) {
        const messages = conversation.messages;
        const move = to => {
            messages.splice(to, 0, ...messages.splice(index, 1));
            rebuild(to);
        };
        const button = (label, name, action, isOff) => el("button", {
            type: "button", class: "icon", text: label, "aria-label": `${name} message ${index + 1}`, title: name,
            onclick: action, disabled: isOff,
        });
        const more = el("details", { class: "more" },
            el("summary", { text: "name, recipient, content type" }),
            el("div", { class: "fields" },
                field(message, "name", "Name", write), field(message, "recipient", "Recipient", write),
                field(message, "content_type", "Content type", write)));
        more.open = Boolean(message.name || message.recipient || message.content_type);
        return el("fieldset", { class: "card" },
            el("legend", { class: "sr-only", text: `Message ${index + 1}` }),
            el("div", { class: "card-head" },
                el("span", { class: "number", "aria-hidden": "true", text: index + 1 }),
                pick(message, "role", "Role", Roles, write),
                field(message, "channel", "Channel", write, {
                    list: "channels", placeholder: "no channel", hideLabel: true,
                }),
                el("span", { class: "pill left-out", text: "left out", hidden: true }),
                el("span", { class: "grow" }),
                button("↑", "Move up", () => move(index - 1), index === 0),
                button("↓", "Move down", () => move(index + 1), index === messages.length - 1),
                button("✕", "Remove", () => {
                    messages.splice(index, 1);
                    rebuild(Math.min(index, messages.length - 1));
                })),
            ...contentFields(message, index, write, () => rebuild(index)),
            more);
    }

    function showDropped(positions) {
        dropped = positions;
        box.querySelectorAll(".card").forEach((one, index) => {
            const isDropped = positions.includes(index);
            one.classList.toggle("dropped", isDropped);
            one.querySelector(".left-out").hidden = !isDropped;
        });
    }

    function showError(index) {
        box.querySelectorAll(".card").forEach((one, at) => one.classList.toggle("failed", at === index));
    }

    return { build, showDropped, showError };
}
