using Harmony.Fuzz;
using Harmony.Fuzz.Targets;

IFuzzTarget[] targets =
[
    new TextTarget(), new OracleTarget(), new MergeTarget(), new DecodeTarget(), new CompletionTarget(),
    new ResilientTarget(), new ConversationTarget(), new HeldConversationTarget(), new SchemaTarget(),
    new RankFileTarget(), new FrozenTarget(),
];

if (!FuzzSettings.TryRead(args, targets, out FuzzSettings settings))
{
    return 2;
}

return settings.HuntMinutes > 0 ? SlowTextHunt.Run(settings.Seed, settings.HuntMinutes) : FuzzRun.Run(settings);
