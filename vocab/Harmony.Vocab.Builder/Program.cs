using Harmony.Bpe.Vocabulary;
using Harmony.Vocab.Builder;

// build DIRECTORY OUTPUT   freezes the vocabulary; refuses sources or a result that differ from the lock
// align ASSEMBLY           moves the vocabulary in an assembly to where its entries cross no cache lines
// lock DIRECTORY           writes the lock again, after the sources were changed on purpose
// common-pieces TEXTS DIRECTORY   writes common-pieces.txt again, from a folder of text for each of its sources
// unicode DIRECTORY        writes unicode-classes.txt again, from the runtime's Unicode data
try
{
    switch (args)
    {
        case ["build", string directory, string output]:
            VocabularyBuild build = VocabularyBuild.Run(directory);
            VocabularyLock.Read(directory).Check(build);
            File.WriteAllBytes(output, FrozenResource.Wrap(build.Frozen));
            return 0;
        case ["align", string assembly]:
            EmbeddedVocabulary.Align(assembly);
            return 0;
        case ["lock", string directory]:
            VocabularyLock.Of(VocabularyBuild.Run(directory)).Write(directory);
            return 0;
        case ["common-pieces", string texts, string directory]:
            CommonPieceList.Generate(texts, directory);
            return 0;
        case ["unicode", string directory]:
            UnicodeClassFile.Generate(directory);
            return 0;
        default:
            Console.Error.WriteLine(
                "usage: Harmony.Vocab.Builder (build DIRECTORY OUTPUT | align ASSEMBLY | lock DIRECTORY"
                + " | common-pieces TEXTS DIRECTORY | unicode DIRECTORY)");
            return 2;
    }
}
catch (Exception e) when (e is Harmony.Bpe.VocabularyException or IOException or UnauthorizedAccessException)
{
    Console.Error.WriteLine($"vocabulary: error: {e.Message}");
    return 1;
}
