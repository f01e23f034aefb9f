import { latest } from "./api.js";
import { byId, choose, chosen, count, debounce, format, plural, say } from "./dom.js";
import { texts } from "./samples.js";
import { showMessage } from "./notices.js";
import { TokenDetails } from "./token-details.js";
import { TokenFlow } from "./token-flow.js";
import { fillSelect } from "./controls.js";

const LongText = 50_000;

/** The view that shows a text's tokens while it is typed. */
export function createTokensView(changed) {
    const text = byId("tokens-text");
    const limit = byId("tokens-limit");
    const withIds = byId("tokens-ids");
    const flow = new TokenFlow(byId("tokens-flow"), new TokenDetails(byId("tokens-details")));
    const tokenize = latest("/tokenize");
    const encoder = new TextEncoder();

    async function update() {
        const prompt = text.value;
        const body = { prompt, encoding: chosen("tokens-encoding"), special: chosen("tokens-special") };
        if (limit.value !== "") {
            body.limit = Number(limit.value);
        }

        const { stale, answer, error } = await tokenize(body);
        if (stale) {
            return;
        }

        showMessage(byId("tokens-error"), error?.message);
        if (answer) {
            show(prompt, answer);
        }
    }

    function show(prompt, answer) {
        const bytes = encoder.encode(prompt);
        let end = 0;
        const cut = answer.prefix_bytes === undefined || answer.prefix_bytes === bytes.length
            ? undefined
            : answer.byte_lengths.findIndex(length => (end += length) > answer.prefix_bytes);
        flow.show(answer.tokens, answer.byte_lengths, bytes, { cut });
        let characters = 0;
        for (const value of bytes) {
            characters += (value & 0xc0) === 0x80 ? 0 : 1;
        }

        count("count-tokens", answer.count, "token");
        count("count-characters", characters, "character");
        count("count-bytes", bytes.length, "UTF-8 byte");
        say(byId("count-ratio"), answer.count === 0 ? "–" : (bytes.length / answer.count).toFixed(2));
        showFit(answer, bytes);
        say(byId("tokens-voice"), `${plural(answer.count, "token")}, ${plural(characters, "character")}, `
            + `${plural(bytes.length, "byte")}. ${byId("fit").textContent}`);
    }

    function showFit(answer, bytes) {
        const fit = byId("fit");
        const box = byId("fit-box");
        const bar = byId("fit-bar");
        box.hidden = answer.prefix_bytes === undefined;
        if (box.hidden) {
            fit.textContent = "";
            return;
        }

        const share = bytes.length === 0 ? 1 : answer.prefix_bytes / bytes.length;
        const fits = answer.prefix_bytes === bytes.length;
        const room = Number(limit.value) - answer.count;
        box.dataset.fits = String(fits);
        bar.value = fits ? answer.count / Math.max(1, Number(limit.value)) : share;
        fit.textContent = fits
            ? `Yes, with room for ${format(room)} more`
            : `No: the first ${format(answer.prefix_bytes)} bytes fit (${(100 * share).toFixed(1)} %)`;
    }

    const soon = debounce(update, () => text.value.length > LongText ? 150 : 15);
    const edited = () => {
        soon();
        changed();
    };
    text.addEventListener("input", edited);
    limit.addEventListener("input", edited);
    for (const input of document.querySelectorAll("input[name=tokens-encoding], input[name=tokens-special]")) {
        input.addEventListener("change", edited);
    }

    withIds.addEventListener("change", () => {
        flow.root.classList.toggle("with-ids", withIds.checked);
        changed();
    });
    byId("tokens-clear").addEventListener("click", () => {
        text.value = "";
        text.focus();
        edited();
    });
    fillSelect(byId("tokens-sample"), Object.keys(texts), name => {
        text.value = texts[name];
        choose("tokens-special", name === "Chat markers" ? "all" : chosen("tokens-special"));
        edited();
    });

    return {
        getState: () => ({
            text: text.value,
            encoding: chosen("tokens-encoding"),
            special: chosen("tokens-special"),
            limit: limit.value,
            ids: withIds.checked,
        }),
        setState(state) {
            text.value = state?.text ?? texts.English;
            limit.value = state?.limit ?? "";
            withIds.checked = state?.ids ?? false;
            flow.root.classList.toggle("with-ids", withIds.checked);
            choose("tokens-encoding", state?.encoding ?? "o200k_harmony");
            choose("tokens-special", state?.special ?? "ordinary");
            return update();
        },
    };
}
