/** Characters that show nothing, and what they are called: short for a mark, long for the details. */
const Named = new Map(Object.entries({
    0x00: ["NUL", "null"], 0x07: ["BEL", "bell"], 0x08: ["BS", "backspace"], 0x09: ["TAB", "tab"],
    0x0a: ["LF", "line feed"],
    0x0b: ["VT", "vertical tab"], 0x0c: ["FF", "form feed"], 0x0d: ["CR", "carriage return"], 0x1b: ["ESC", "escape"],
    0x20: ["SP", "space"], 0x7f: ["DEL", "delete"], 0x85: ["NEL", "next line"], 0xa0: ["NBSP", "no-break space"],
    0xad: ["SHY", "soft hyphen"], 0x034f: ["CGJ", "combining grapheme joiner"], 0x061c: ["ALM", "Arabic letter mark"],
    0x115f: ["HCF", "Hangul choseong filler"], 0x1680: ["OGSP", "Ogham space mark"],
    0x180e: ["MVS", "Mongolian vowel separator"], 0x2000: ["NQSP", "en quad"], 0x2001: ["MQSP", "em quad"],
    0x2002: ["ENSP", "en space"], 0x2003: ["EMSP", "em space"], 0x2004: ["3/MSP", "three-per-em space"],
    0x2005: ["4/MSP", "four-per-em space"], 0x2006: ["6/MSP", "six-per-em space"], 0x2007: ["FSP", "figure space"],
    0x2008: ["PSP", "punctuation space"], 0x2009: ["THSP", "thin space"], 0x200a: ["HSP", "hair space"],
    0x200b: ["ZWSP", "zero width space"], 0x200c: ["ZWNJ", "zero width non-joiner"],
    0x200d: ["ZWJ", "zero width joiner"],
    0x200e: ["LRM", "left-to-right mark"], 0x200f: ["RLM", "right-to-left mark"], 0x2028: ["LSEP", "line separator"],
    0x2029: ["PSEP", "paragraph separator"], 0x202a: ["LRE", "left-to-right embedding"],
    0x202b: ["RLE", "right-to-left embedding"], 0x202c: ["PDF", "pop directional formatting"],
    0x202d: ["LRO", "left-to-right override"], 0x202e: ["RLO", "right-to-left override"],
    0x202f: ["NNBSP", "narrow no-break space"], 0x205f: ["MMSP", "medium mathematical space"],
    0x2060: ["WJ", "word joiner"], 0x2066: ["LRI", "left-to-right isolate"], 0x2067: ["RLI", "right-to-left isolate"],
    0x2068: ["FSI", "first strong isolate"], 0x2069: ["PDI", "pop directional isolate"],
    0x2800: ["BLANK", "braille pattern blank"], 0x3000: ["IDSP", "ideographic space"], 0x3164: ["HF", "Hangul filler"],
    0xfe0e: ["VS15", "variation selector 15, text"], 0xfe0f: ["VS16", "variation selector 16, emoji"],
    0xfeff: ["BOM", "byte order mark"], 0xfffd: ["", "replacement character"],
}).map(([code, names]) => [Number(code), names]));

const Unseen = /[\p{Cc}\p{Cf}\p{Zs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\p{Co}\p{Cn}\u2800]/u;
const Combining = /\p{M}/u;

export const hex = code => `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;

/** The name of a character that shows nothing; empty for others. */
export function nameOf(code) {
    return Named.get(code)?.[1]
        ?? (code >= 0xe0000 && code <= 0xe007f ? "tag character"
            : code >= 0xfe00 && code <= 0xfe0f ? `variation selector ${code - 0xfe00 + 1}`
                : Unseen.test(String.fromCodePoint(code)) ? "invisible or unassigned" : "");
}

/** What to draw for a character that shows nothing; null for one that shows. */
export function markOf(code, char) {
    return Unseen.test(char) ? Named.get(code)?.[0] ?? hex(code) : null;
}

export const isCombining = char => Combining.test(char);

/** The length that a lead byte promises; 0 for a byte that begins no character. */
function lengthOf(lead) {
    return lead < 0x80 ? 1 : lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0;
}

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The text of well-formed UTF-8; null if it is not. */
export function decode(bytes) {
    try {
        return strict.decode(bytes);
    } catch {
        return null;
    }
}

/** Cuts bytes into text and bytes that are no whole characters: `{ text, at }` or `{ bytes, at }`. */
export function partsOf(bytes) {
    const whole = decode(bytes);
    if (whole !== null) {
        return whole === "" ? [] : [{ text: whole, at: 0 }];
    }

    const parts = [];
    for (let at = 0; at < bytes.length;) {
        const length = lengthOf(bytes[at]);
        const text = length > 0 && at + length <= bytes.length ? decode(bytes.subarray(at, at + length)) : null;
        const last = parts.at(-1);
        if (text !== null) {
            last?.text !== undefined ? last.text += text : parts.push({ text, at });
            at += length;
        } else {
            last?.bytes ? last.bytes.push(bytes[at]) : parts.push({ bytes: [bytes[at]], at });
            at++;
        }
    }

    return parts;
}

/** A byte in two hexadecimal digits. */
export const hexOf = value => value.toString(16).toUpperCase().padStart(2, "0");

/** Bytes as programs spell them. */
export const spell = bytes => Array.from(bytes, value => `\\x${hexOf(value)}`).join("");

/** The characters that a part of UTF-8 belongs to; null if it is malformed there. */
export function around(bytes, start, end) {
    const isContinuation = at => at < bytes.length && (bytes[at] & 0xc0) === 0x80;
    let from = start;
    let to = end;
    while (from > 0 && isContinuation(from) && start - from < 3) {
        from--;
    }

    while (isContinuation(to) && to - end < 3) {
        to++;
    }

    return decode(bytes.subarray(from, to));
}
