using Harmony.Core.Parsing;

namespace Harmony.Core.Tests.Parsing;

/// <summary>Each word of a header is allocated once, and memory is bounded.</summary>
public class WordCacheTests
{
    [Fact]
    public void ToString_WordAgain_IsTheSameString()
    {
        var cache = new WordCache();
        string first = cache.ToString("functions.f");
        Assert.Same(first, cache.ToString("functions.f"));
        Assert.Same(cache.Join("<|constrain|>", "xml"), cache.Join("<|constrain|>", "xml"));
        Assert.Same(Channels.Final, cache.ToString("final"));
    }

    [Fact]
    public void ToString_MoreWordsThanItHolds_DropsTheFirst()
    {
        var cache = new WordCache();
        string first = cache.ToString("word 0");
        for (int i = 1; i < 256; i++)
        {
            cache.ToString($"word {i}");
        }

        Assert.Same(first, cache.ToString("word 0"));
        cache.ToString("word 256");
        Assert.NotSame(first, cache.ToString("word 0"));
    }

    [Fact]
    public void ToString_LongWord_IsNotKept()
    {
        var cache = new WordCache();
        string longest = new('a', 128);
        Assert.Same(cache.ToString(longest), cache.ToString(longest));
        Assert.NotSame(cache.ToString(longest + "a"), cache.ToString(longest + "a"));
        Assert.NotSame(cache.Join(longest, "a"), cache.Join(longest, "a"));
        Assert.Equal(longest + "a", cache.Join(longest, "a"));
    }
}
