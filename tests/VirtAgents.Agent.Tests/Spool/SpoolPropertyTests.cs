using CsCheck;
using VirtAgents.Agent.Spool;
using static VirtAgents.Agent.Tests.Spool.SpoolBench;

namespace VirtAgents.Agent.Tests.Spool;

public sealed class SpoolPropertyTests
{
    /// <summary>Any order of appending, acknowledging, reopening and reading gives what a plain list gives.</summary>
    [Fact]
    public void Spool_AnyOperations_BehavesAsAList()
    {
        Gen<(int Operation, int Argument)> step = Gen.Select(Gen.Int[0, 9], Gen.Int[0, 2_000]);
        step.Array[1, 60].Sample(Run, iter: 150, threads: 1);
    }

    private static void Run((int Operation, int Argument)[] steps)
    {
        using var bench = new SpoolBench { Limits = new SpoolLimits(64 << 20, TimeSpan.FromHours(24)) };
        MessageSpool spool = bench.Open();
        var expected = new List<(long Sequence, string Line)>();
        SpoolCursor cursor = spool.OpenCursor(0, eventsOnly: false);
        var followed = new List<string>();
        long inventory = 0, inForce = 0;
        try
        {
            foreach ((int operation, int argument) in steps)
            {
                switch (operation)
                {
                    case 0:
                        inForce = ++inventory;
                        spool.SetInventory(inForce, Bytes($"inventory {inventory}"));
                        break;
                    case 1 when spool.LastSequence > 0:
                        Assert.True(spool.TryAcknowledge(Math.Min(argument, spool.LastSequence)));
                        break;
                    case 2:
                        followed.AddRange(ReadRest(cursor));
                        cursor.Dispose();
                        spool.Dispose();
                        bench.Time.Advance(TimeSpan.FromSeconds(argument));
                        spool = bench.Open();
                        cursor = spool.OpenCursor(expected.Count == 0 ? 0 : expected[^1].Sequence, eventsOnly: false);
                        inForce = 0;
                        break;
                    case 3:
                        spool.Flush();
                        spool.Maintain();
                        break;
                    case 4:
                        followed.AddRange(ReadRest(cursor));
                        break;
                    default:
                        RecordKind kind = operation % 2 == 0 ? RecordKind.Event : RecordKind.Report;
                        if (kind == RecordKind.Report && inForce == 0)
                        {
                            inForce = ++inventory;
                            spool.SetInventory(inForce, Bytes($"inventory {inventory}"));
                        }

                        long sequence = spool.Append(kind, Bytes(new string('p', argument)));
                        expected.Add((sequence, $"{(kind == RecordKind.Report ? 'R' : 'E')}{sequence} {new string('p', argument)}"));
                        break;
                }

                CheckUnacknowledged(spool, expected);
            }

            followed.AddRange(ReadRest(cursor));
        }
        finally
        {
            cursor.Dispose();
            spool.Dispose();
        }

        Assert.Equal(Enumerable.Range(1, expected.Count).Select(i => (long)i), expected.Select(e => e.Sequence));
        Assert.Equal(0, spool.Dropped);
    }

    private static void CheckUnacknowledged(MessageSpool spool, List<(long Sequence, string Line)> expected)
    {
        string[] lines = [.. expected.Where(e => e.Sequence > spool.Acked).Select(e => e.Line)];
        Assert.Equal(lines, ReadAll(spool, spool.Acked).Select(l => l[..l.LastIndexOf(" @", StringComparison.Ordinal)]));
        Assert.Equal(lines.Where(l => l[0] == 'E'), ReadAll(spool, spool.Acked, eventsOnly: true).Select(l => l[..l.LastIndexOf(" @", StringComparison.Ordinal)]));
    }
}
