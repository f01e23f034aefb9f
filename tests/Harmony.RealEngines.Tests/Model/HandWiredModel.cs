using Harmony.Core;

namespace Harmony.RealEngines.Tests.Model;

/// <summary>
/// Writes a gpt-oss model whose weights are set by hand, so that it plays whole turns under greedy decoding:
/// the architecture and the vocabulary are the real ones, sizes are tiny. See <see cref="ModelScript"/> for
/// what it says.
/// </summary>
/// <remarks>A token's embedding is one place of the vector. The first layer's attention is uniform over a
/// short window and sets flags for what was said just now; that of the second is sharp over the whole
/// context, each head with a question of its own. The experts add nothing. The output matrix has the script's
/// scores.</remarks>
internal static class HandWiredModel
{
    private const int VocabularySize = 201_088;
    private const int Width = 128;
    private const int HeadLength = 32;
    private const int HeadCount = 4;
    private const int HeadsLength = HeadCount * HeadLength;
    private const int ExpertCount = 4;
    private const int ExpertLength = 32;
    private const int Window = 8;
    private const int CallHead = 0;
    private const int ToolsHead = 1;
    private const int CityHead = 2;

    /// <summary>The norm of a layer leaves a vector with this number in one place as it is.</summary>
    private static readonly float Unit = MathF.Sqrt(Width);

    public static void Write(string path)
    {
        var script = new ModelScript(Width);
        var file = new GgufFile();
        AddSettings(file);
        GgufVocabulary.Write(file, HarmonyEncoding.OpenAI.Tokenizer, VocabularySize);
        file.Add(GgufTensor.Sparse(
            "token_embd.weight", Width, VocabularySize,
            Enumerable.Range(0, VocabularySize)
                .Select(id => (id, script.Places.GetValueOrDefault(id), Unit))));
        file.Add(GgufTensor.Sparse(
            "output.weight", Width, VocabularySize,
            script.Scores.Select(static one => (one.Token, one.Place, one.Score / Unit))));
        file.Add(GgufTensor.Floats("output_norm.weight", Ones(), Width));
        AddLayer(file, 0, RecentFlags(script));
        AddLayer(file, 1, ContextFlags(script));
        file.Save(path);
    }

    private static void AddSettings(GgufFile file)
    {
        file.Add("general.architecture", "gpt-oss");
        file.Add("general.name", "hand-wired gpt-oss");
        file.Add("gpt-oss.block_count", 2u);
        file.Add("gpt-oss.context_length", 8192u);
        file.Add("gpt-oss.embedding_length", (uint)Width);
        file.Add("gpt-oss.feed_forward_length", (uint)ExpertLength);
        file.Add("gpt-oss.expert_feed_forward_length", (uint)ExpertLength);
        file.Add("gpt-oss.expert_count", (uint)ExpertCount);
        file.Add("gpt-oss.expert_used_count", 2u);
        file.Add("gpt-oss.attention.head_count", (uint)HeadCount);
        file.Add("gpt-oss.attention.head_count_kv", 1u);
        file.Add("gpt-oss.attention.key_length", (uint)HeadLength);
        file.Add("gpt-oss.attention.value_length", (uint)HeadLength);
        file.Add("gpt-oss.attention.layer_norm_rms_epsilon", 1e-5f);
        file.Add("gpt-oss.attention.sliding_window", (uint)Window);
        file.Add("gpt-oss.rope.freq_base", 150_000f);
        file.Add("gpt-oss.rope.scaling.type", "yarn");
        file.Add("gpt-oss.rope.scaling.factor", 32f);
        file.Add("gpt-oss.rope.scaling.original_context_length", 4096u);
    }

    /// <summary>What was said in the window: its average, times its length.</summary>
    private static Attention RecentFlags(ModelScript script)
    {
        var attention = new Attention(sink: -30);
        attention.Copy(script.ThoughtPlace, 0, CallHead, script.ThoughtFlag, Window);
        attention.Copy(script.PlaceOf("json"), 1, CallHead, script.JsonFlag, Window);
        attention.Copy(script.PlaceOf("final"), 2, CallHead, script.FinalFlag, Window);
        return attention;
    }

    /// <summary>What was said anywhere. Without it, the attention goes to the sink.</summary>
    private static Attention ContextFlags(ModelScript script)
    {
        var attention = new Attention(sink: 4);
        attention.Ask(CallHead, script.PlaceOf("<|call|>"));
        attention.Copy(script.PlaceOf("<|call|>"), 0, CallHead, script.CallFlag);
        attention.Ask(ToolsHead, script.PlaceOf("namespace"));
        attention.Copy(script.PlaceOf("namespace"), 1, ToolsHead, script.ToolsFlag);
        for (int i = 0; i < ModelScript.Cities.Length; i++)
        {
            int place = script.PlaceOf(" " + ModelScript.Cities[i]);
            attention.Ask(CityHead, place);
            attention.Copy(place, 2 + i, CityHead, script.CityFlag(i));
        }

        return attention;
    }

    private static void AddLayer(GgufFile file, int layer, Attention attention)
    {
        void Floats(string name, float[] values, params int[] dimensions) =>
            file.Add(GgufTensor.Floats($"blk.{layer}.{name}", values, dimensions));
        void Halves(string name, float[] values, params int[] dimensions) =>
            file.Add(GgufTensor.Halves($"blk.{layer}.{name}", values, dimensions));

        Floats("attn_norm.weight", Ones(), Width);
        Halves("attn_q.weight", new float[Width * HeadsLength], Width, HeadsLength);
        Floats("attn_q.bias", attention.QueryBias, HeadsLength);
        Halves("attn_k.weight", attention.Key, Width, HeadLength);
        Floats("attn_k.bias", new float[HeadLength], HeadLength);
        Halves("attn_v.weight", attention.Value, Width, HeadLength);
        Floats("attn_v.bias", new float[HeadLength], HeadLength);
        Halves("attn_output.weight", attention.Output, HeadsLength, Width);
        Floats("attn_output.bias", new float[Width], Width);
        Floats("attn_sinks.weight", attention.Sinks, HeadCount);
        Floats("post_attention_norm.weight", Ones(), Width);
        Floats("ffn_gate_inp.weight", new float[Width * ExpertCount], Width, ExpertCount);
        Floats("ffn_gate_inp.bias", new float[ExpertCount], ExpertCount);
        foreach (string name in (string[])["gate", "up"])
        {
            Halves(
                $"ffn_{name}_exps.weight", new float[Width * ExpertLength * ExpertCount],
                Width, ExpertLength, ExpertCount);
            Floats($"ffn_{name}_exps.bias", new float[ExpertLength * ExpertCount], ExpertLength, ExpertCount);
        }

        Halves(
            "ffn_down_exps.weight", new float[Width * ExpertLength * ExpertCount],
            ExpertLength, Width, ExpertCount);
        Floats("ffn_down_exps.bias", new float[Width * ExpertCount], Width, ExpertCount);
    }

    private static float[] Ones()
    {
        var ones = new float[Width];
        Array.Fill(ones, 1);
        return ones;
    }

    /// <summary>The weights of a layer's attention: four heads that share keys and values.</summary>
    private sealed class Attention
    {
        public Attention(float sink) => Array.Fill(Sinks, sink);

        public float[] QueryBias { get; } = new float[HeadsLength];

        public float[] Key { get; } = new float[HeadLength * Width];

        public float[] Value { get; } = new float[HeadLength * Width];

        public float[] Output { get; } = new float[Width * HeadsLength];

        public float[] Sinks { get; } = new float[HeadCount];

        /// <summary>Turns a head to the tokens of a place. It asks with the numbers that positions rotate
        /// least.</summary>
        public void Ask(int head, int place)
        {
            int slow = (HeadLength / 2) - 1 - head;
            QueryBias[(head * HeadLength) + slow] = 10;
            Key[(slow * Width) + place] = 1.5f;
        }

        /// <summary>Copies a place of the tokens that a head sees into a flag, by way of a number of the
        /// value.</summary>
        public void Copy(int place, int number, int head, int flag, float factor = 1)
        {
            Value[(number * Width) + place] = 1;
            Output[(flag * HeadsLength) + (head * HeadLength) + number] = factor;
        }
    }
}
