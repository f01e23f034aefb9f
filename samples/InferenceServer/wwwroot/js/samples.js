/** Texts for the token view. */
export const texts = {
    "English": `The quick brown fox jumps over the lazy dog. Tokenization isn't quite about words: \
"unbelievably" is more than one token, and so is   a run of spaces,\n\na blank line, 1234567890 or antidisestablishmentarianism.\n`,
    "Code": `using System;\n\nint[] squares = [.. Enumerable.Range(1, 10).Select(n => n * n)];\nforeach (int square in squares)\n{\n\
    if (square % 2 == 0)\n    {\n\tConsole.WriteLine($"{square,5:N0} is even"); // a tab before this line\n    }\n}\n`,
    "Chinese, Japanese, Korean": `分词器把文本切成小块，每一块都有一个编号。\n日本語の文章は、単語の間に空白を置きません。\n토크나이저는 글을 조각으로 나눕니다.\n龘靐齉爩\n`,
    "Many scripts": `Привет, мир! Γειά σου Κόσμε! שלום עולם\nمرحبا بالعالم، هذا نص قصير.\nनमस्ते दुनिया · สวัสดีชาวโลก · გამარჯობა\nCafe\u0301 and café\n`,
    "Emoji": `🩷 is bytes of its own, 👍🏽 has a skin tone, 👩‍👩‍👧‍👦 is seven characters, 🇪🇺 is two, ❤️ has a selector.\n`,
    "Invisible characters": `no\u00a0break, zero\u200bwidth, soft\u00adhyphen, word\u2060joiner, \ufeffmark\n`
        + `\u202ereversed\u202c, \u2067isolated\u2069, tab\there, ideographic\u3000space, \u0007bell, \u{e0041}tag\n`,
    "Chat markers": `<|start|>system<|message|>You are ChatGPT, a large language model trained by OpenAI.<|end|>`
        + `<|start|>user<|message|>What is 2 + 2?<|end|><|start|>assistant<|channel|>analysis<|message|>Simple.<|end|>`
        + `<|start|>assistant<|channel|>final<|message|>4<|return|>`,
};

/** Conversations for the render view, by where the server has them. */
export const conversations = {
    "Weather, with tools": "/samples/weather.json",
    "Reasoning": "/samples/reasoning.json",
    "Tool call and result": "/samples/tool-call.json",
};

/** Completions for the parse view: the first two are files with ids. */
export const completions = {
    "Thought and answer": { file: "/samples/reasoning.completion.txt" },
    "Tool call": { file: "/samples/tool-call.completion.txt" },
    "Malformed: no header": { text: "Hello there!<|return|>" },
    "Malformed: no message marker": { text: "<|channel|>final Hello there!<|return|>" },
    "Malformed: no end of the thought": {
        text: "<|channel|>analysis<|message|>The user greets me.<|start|>assistant<|channel|>final<|message|>Hello!<|return|>",
    },
    "Malformed: a call without to=": {
        text: '<|channel|>commentary functions.get_weather <|constrain|>json<|message|>{"place":"Oslo"}<|call|>',
    },
    "Malformed: an answer inside the thought": {
        text: "<|channel|>analysis<|message|>Easy.<|channel|>final<|message|>It is 4.<|return|> and more<|end|>",
    },
    "Malformed: words in the header": {
        text: "<|channel|>commentary to=functions.search to=functions.find <|constrain|> json please<|message|>{}<|call|>",
    },
    "Malformed: bytes and unknown ids": { ids: "200005 17196 200008 13225 9552 102 11 199999999 2375 200002" },
    "Cut off": { text: "<|channel|>analysis<|message|>I should<|end|><|start|>assistant<|channel|>fin" },
};
