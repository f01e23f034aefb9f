import { el } from "./dom.js";
import { parse, print } from "./json.js";
import { area, field, pick, set } from "./render-form-fields.js";

const BuiltIn = ["browser", "python"];

/** The fields of a message's contents. */
export function contentFields(message, index, write, rebuild) {
    const contents = Array.isArray(message.content) ? message.content : [message.content];
    return contents.map((content, at) => {
        const name = `Content of message ${index + 1}`;
        if (typeof content === "string") {
            return area(content, name, text => {
                Array.isArray(message.content) ? message.content[at] = text : message.content = text;
                write();
            });
        }

        switch (content?.type) {
            case "text":
                return area(content.text ?? "", name, text => {
                    content.text = text;
                    write();
                });
            case "system_content":
                return systemFields(content, write);
            case "developer_content":
                return developerFields(content, name, write, rebuild);
            default:
                return el("p", { class: "hint", text: "Only the JSON can say this." });
        }
    });
}

function systemFields(content, write) {
    const tools = el("div", { class: "checks", role: "group", "aria-label": "Built-in tools" }, ...BuiltIn.map(name =>
        el("label", { class: "check" }, el("input", {
            type: "checkbox", checked: Boolean(content.tools?.[name]),
            onchange: async event => {
                const isOffered = event.target.checked;
                const { [name]: _, ...others } = content.tools ?? {};
                content.tools = isOffered ? { ...others, [name]: await builtIn(name) } : others;
                if (Object.keys(content.tools).length === 0) {
                    delete content.tools;
                }

                write();
            },
        }), name)));
    return el("div", { class: "fields" },
        field(content, "model_identity", "Identity", write),
        pick(content, "reasoning_effort", "Effort", ["Low", "Medium", "High"], write, "none"),
        field(content, "conversation_start_date", "Date", write),
        field(content, "knowledge_cutoff", "Cutoff", write),
        tools);
}

/** What a built-in tool says of itself. */
const builtIn = async name => (await (await fetch("/samples/built-in-tools.json")).json())[name];

function developerFields(content, name, write, rebuild) {
    const namespaces = Object.values(content.tools ?? {});
    return el("div", { class: "wide" },
        area(content.instructions ?? "", `Instructions (${name.toLowerCase()})`, text => {
            set(content, "instructions", text);
            write();
        }),
        ...namespaces.map(space => pick(
            space, "schema_style", `Schemas of ${space.name}`, ["reference", "extended"], write, "as the reference")),
        ...namespaces.flatMap(space =>
            (space.tools ?? []).map((tool, at) => toolFields(space, tool, at, write, rebuild))),
        el("button", {
            type: "button", class: "small", text: "Add a tool",
            onclick: () => {
                content.tools ??= {};
                content.tools.functions ??= { name: "functions", tools: [] };
                content.tools.functions.tools.push({
                    name: "new_tool", description: "What it does.", parameters: { type: "object", properties: {} },
                });
                rebuild();
            },
        }));
}

function toolFields(space, tool, at, write, rebuild) {
    const problem = el("p", { class: "field-error", role: "alert", hidden: true });
    const schema = area(tool.parameters === undefined || tool.parameters === null ? "" : print(tool.parameters),
        `Parameters of ${tool.name}, as JSON Schema`, (text, input) => {
            try {
                set(tool, "parameters", text.trim() === "" ? "" : parse(text));
                problem.hidden = true;
                input.removeAttribute("aria-invalid");
                write();
            } catch (error) {
                problem.textContent = `Not applied: ${error.message}`;
                problem.hidden = false;
                input.setAttribute("aria-invalid", "true");
            }
        }, { class: "mono" });
    return el("details", { class: "tool" },
        el("summary", {},
            el("code", { text: `${space.name}.${tool.name}` }), el("span", { class: "muted", text: " tool" })),
        el("div", { class: "fields" },
            field(tool, "name", "Name", write), field(tool, "description", "Description", write)),
        schema, problem,
        el("button", {
            type: "button", class: "small", text: "Remove the tool",
            onclick: () => {
                space.tools.splice(at, 1);
                rebuild();
            },
        }));
}
