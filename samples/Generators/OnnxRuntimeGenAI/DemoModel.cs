using System.Runtime.InteropServices;
using System.Text;
using Harmony.Bpe;
using Harmony.Core;

namespace Harmony.Samples;

/// <summary>
/// Writes a tiny model that plays one tool loop, to try the generator without a download: a thought, a call
/// of <c>functions.get_weather</c>, and, after a call, an answer.
/// </summary>
/// <remarks>Each token of these texts is a state. The score of the next state depends on the last one, and on
/// which states were seen anywhere before: the cache of keys has them, one vector for each id.</remarks>
internal sealed class DemoModel
{
    public const string Arguments = "{\"location\":\"Paris\"}";
    public const string Answer = "It is sunny over there today!";

    private const int VocabularySize = 201_088;
    private const int Float = 1;
    private const int Int64 = 7;

    private readonly Dictionary<int, int> _states = [];
    private readonly List<(int From, int To, float Score)> _next = [];
    private readonly List<(int Seen, int To, float Score)> _seen = [];

    private DemoModel()
    {
        Play("<|channel|>analysis<|message|>Need weather; use tool…<|end|><|start|>assistant<|channel|>");
        Play("final<|message|>");
        Play("commentary to=functions.get_weather <|constrain|>json<|message|>");
        Play(Arguments + "<|call|>");
        Play(Answer + "<|return|>");
        Follow("<|channel|>", "commentary", 25, ("namespace", 10), ("…", 15));
        Follow("<|channel|>", "final", 30, ("…", 12), ("<|call|>", 25));
        Follow("<|message|>", "{\"", 30, ("json", 15));
        Follow("<|message|>", "It", 30, ("final", 12), ("<|call|>", 20));
    }

    private int StateCount => _states.Count + 1;

    /// <summary>Writes the model and its configuration into a folder.</summary>
    public static void Write(string folder)
    {
        var model = new DemoModel();
        File.WriteAllBytes(Path.Combine(folder, "model.onnx"), model.ToOnnx());
        File.WriteAllText(Path.Combine(folder, "genai_config.json"), model.ToConfiguration());
    }

    /// <summary>Lets each token of a text follow the one before.</summary>
    private void Play(string text)
    {
        int[] states = Array.ConvertAll(Encode(text), StateOf);
        _next.AddRange(states.Zip(states.Skip(1), static (from, to) => (from, to, 40f)));
    }

    /// <summary>Lets a token follow another, with a score that grows with what was seen before.</summary>
    private void Follow(string from, string to, float score, params (string Seen, float Score)[] reasons)
    {
        int target = StateOf(Encode(to)[0]);
        _next.Add((StateOf(Encode(from)[0]), target, score));
        _seen.AddRange(reasons.Select(reason => (StateOf(Encode(reason.Seen)[0]), target, reason.Score)));
    }

    /// <summary>The state of a token; all others share state 0.</summary>
    private int StateOf(int id)
    {
        _states.TryAdd(id, StateCount);
        return _states[id];
    }

    private byte[] ToOnnx()
    {
        int size = StateCount;
        var stateOfId = new long[VocabularySize];
        var idOfState = new long[size];
        idOfState[0] = VocabularySize - 1;
        foreach ((int id, int state) in _states)
        {
            stateOfId[id] = state;
            idOfState[state] = id;
        }

        Proto graph = new Proto()
            .Add(1, Node("Gather", ["state_of_id", "input_ids"], "state"))
            .Add(1, Node("Gather", ["unit", "state"], "vector"))
            .Add(1, Node("Unsqueeze", ["vector", "axis_1"], "heads"))
            .Add(1, Node("Concat", ["past_key_values.0.key", "heads"], "present.0.key", ("axis", 2)))
            .Add(1, Node("Concat", ["past_key_values.0.value", "heads"], "present.0.value", ("axis", 2)))
            .Add(1, Node("ReduceMax", ["present.0.key", "axis_2"], "before", ("keepdims", 0)))
            .Add(1, Node("MatMul", ["vector", "next"], "scores_next"))
            .Add(1, Node("MatMul", ["before", "seen"], "scores_seen"))
            .Add(1, Node("Add", ["scores_next", "scores_seen"], "scores"))
            .Add(1, Node("Shape", ["input_ids"], "ids_shape"))
            .Add(1, Node("Concat", ["ids_shape", "vocabulary"], "logits_shape", ("axis", 0)))
            .Add(1, Node("ConstantOfShape", ["logits_shape"], "zeros"))
            .Add(1, Node("Shape", ["scores"], "scores_shape"))
            .Add(1, Node("Expand", ["id_of_state", "scores_shape"], "targets"))
            .Add(1, Node("ScatterElements", ["zeros", "targets", "scores"], "logits", ("axis", 2)))
            .Add(2, "demo")
            .Add(5, Tensor<long>("state_of_id", Int64, stateOfId, VocabularySize))
            .Add(5, Tensor<long>("id_of_state", Int64, idOfState, size))
            .Add(5, Tensor<long>("axis_1", Int64, [1], 1))
            .Add(5, Tensor<long>("axis_2", Int64, [2], 1))
            .Add(5, Tensor<long>("vocabulary", Int64, [VocabularySize], 1))
            .Add(5, Matrix("unit", Enumerable.Range(0, size).Select(static i => (i, i, 1f))))
            .Add(5, Matrix("next", _next))
            .Add(5, Matrix("seen", _seen))
            .Add(11, Value("input_ids", Int64, "batch", "length"))
            .Add(11, Value("attention_mask", Int64, "batch", "total"))
            .Add(11, Value("past_key_values.0.key", Float, "batch", 1, "past", size))
            .Add(11, Value("past_key_values.0.value", Float, "batch", 1, "past", size))
            .Add(12, Value("logits", Float, "batch", "length", VocabularySize))
            .Add(12, Value("present.0.key", Float, "batch", 1, "total", size))
            .Add(12, Value("present.0.value", Float, "batch", 1, "total", size));
        Proto operators = new Proto().Add(1, "").Add(2, 18);
        return new Proto().Add(1, 9).Add(2, "demo").Add(7, graph).Add(8, operators).ToArray();
    }

    private string ToConfiguration() => $$"""
        {
          "model": {
            "type": "gptoss", "context_length": 4096, "vocab_size": {{VocabularySize}},
            "bos_token_id": 199998, "pad_token_id": 199999, "eos_token_id": [200002, 200012, 199999],
            "decoder": {
              "session_options": { "log_id": "demo", "intra_op_num_threads": 1 },
              "filename": "model.onnx", "head_size": {{StateCount}}, "hidden_size": {{StateCount}},
              "num_attention_heads": 1, "num_key_value_heads": 1, "num_hidden_layers": 1,
              "inputs": {
                "input_ids": "input_ids", "attention_mask": "attention_mask",
                "past_key_names": "past_key_values.%d.key", "past_value_names": "past_key_values.%d.value"
              },
              "outputs": {
                "logits": "logits",
                "present_key_names": "present.%d.key", "present_value_names": "present.%d.value"
              }
            }
          },
          "search": { "max_length": 4096, "do_sample": false, "past_present_share_buffer": false }
        }
        """;

    private Proto Matrix(string name, IEnumerable<(int Row, int Column, float Value)> values)
    {
        var matrix = new float[StateCount * StateCount];
        foreach ((int row, int column, float value) in values)
        {
            matrix[(row * StateCount) + column] = value;
        }

        return Tensor<float>(name, Float, matrix, StateCount, StateCount);
    }

    private static int[] Encode(string text) => HarmonyEncoding.OpenAI.Encode(text, EncodeOptions.AllSpecial);

    private static Proto Tensor<T>(string name, int type, T[] values, params ReadOnlySpan<int> dimensions)
        where T : unmanaged
    {
        var tensor = new Proto();
        foreach (int dimension in dimensions)
        {
            tensor.Add(1, dimension);
        }

        return tensor.Add(2, type).Add(8, name).Add(9, MemoryMarshal.AsBytes(values.AsSpan()));
    }

    private static Proto Value(string name, int type, params ReadOnlySpan<object> dimensions)
    {
        var shape = new Proto();
        foreach (object dimension in dimensions)
        {
            var one = new Proto();
            shape.Add(1, dimension is string text ? one.Add(2, text) : one.Add(1, (int)dimension));
        }

        return new Proto().Add(1, name).Add(2, new Proto().Add(1, new Proto().Add(1, type).Add(2, shape)));
    }

    private static Proto Node(
        string operation, string[] inputs, string output, (string Name, int Value)? attribute = null)
    {
        var node = new Proto();
        Array.ForEach(inputs, input => node.Add(1, input));
        node.Add(2, output).Add(3, output).Add(4, operation);
        return attribute is (string name, int value)
            ? node.Add(5, new Proto().Add(1, name).Add(3, value).Add(20, 2))
            : node;
    }

    /// <summary>A message of protocol buffers.</summary>
    private sealed class Proto
    {
        private readonly List<byte> _bytes = [];

        public Proto Add(int field, int value)
        {
            WriteNumber((uint)field << 3);
            WriteNumber((uint)value);
            return this;
        }

        public Proto Add(int field, ReadOnlySpan<byte> bytes)
        {
            WriteNumber(((uint)field << 3) | 2);
            WriteNumber((uint)bytes.Length);
            _bytes.AddRange(bytes);
            return this;
        }

        public Proto Add(int field, string text) => Add(field, Encoding.UTF8.GetBytes(text));

        public Proto Add(int field, Proto message) => Add(field, message.ToArray());

        public byte[] ToArray() => [.. _bytes];

        private void WriteNumber(uint value)
        {
            for (; value > 0x7F; value >>= 7)
            {
                _bytes.Add((byte)(value | 0x80));
            }

            _bytes.Add((byte)value);
        }
    }
}
