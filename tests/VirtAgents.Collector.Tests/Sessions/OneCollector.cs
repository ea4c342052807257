namespace VirtAgents.Collector.Tests.Sessions;

/// <summary>
/// Tests that need the process for one collector. Meters are heard by their name in a whole process, so the page of one collector would have the
/// figures of all others that run beside it. And a collector that others starve of CPU rightly suspects nobody: it excuses every stream as often as
/// it was late itself, so tests that wait for a suspicion would wait for ever on a busy machine.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class OneCollector
{
    public const string Name = "one collector in the process";
}
