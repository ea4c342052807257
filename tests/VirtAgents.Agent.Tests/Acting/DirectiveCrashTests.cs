using System.Collections.Concurrent;
using VirtAgents.Core.Directives;
using VirtAgents.Hypervisors;
using static VirtAgents.Agent.Tests.Acting.DeskBench;

namespace VirtAgents.Agent.Tests.Acting;

/// <summary>The agent is killed with its journal cut off: at, before and after each line, and within lines; the collector then delivers everything again.</summary>
public sealed class DirectiveCrashTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Restart_JournalCutOff_NothingIsDoneTwiceAndEveryEndIsTrue(bool effectCameAtOnce)
    {
        DirectiveOrder[] orders = [Order(), Order(DirectiveKind.SetMemory, Vm2, parameters: ("memory_bytes", "1073741824")), Order(DirectiveKind.Reset)];
        var lengthAtBegin = new ConcurrentDictionary<Guid, long>();
        byte[] journal;
        using (var bench = new DeskBench())
        {
            bench.Control!.OnCarryOut = (order, _, _) =>
            {
                lengthAtBegin[order.Id] = bench.Journal.Length;
                return Task.FromResult(ControlOutcome.Done("seen"));
            };
            foreach (DirectiveOrder order in orders)
            {
                await bench.RunAsync(order);
            }

            bench.Journal.Dispose();
            journal = await File.ReadAllBytesAsync(bench.JournalPath, TestContext.Current.CancellationToken);
        }

        foreach (int cut in Enumerable.Range(0, journal.Length + 1).Where(cut => cut % 29 == 0 || IsNearALineEnd(journal, cut)))
        {
            // A crash after the begin was recorded may have come before the effect or after it.
            HashSet<Guid> effects = [.. orders.Select(o => o.Id).Where(id => lengthAtBegin[id] <= cut && (effectCameAtOnce || lengthAtBegin[id] < cut))];
            await CrashAsync(journal[..cut], orders, effects);
        }
    }

    private static bool IsNearALineEnd(byte[] journal, int cut) => journal.AsSpan(Math.Max(0, cut - 2)..Math.Min(journal.Length, cut + 1)).Contains((byte)'\n');

    private static async Task CrashAsync(byte[] journal, DirectiveOrder[] orders, HashSet<Guid> effects)
    {
        HashSet<Guid> before = [.. effects];
        var control = new FakeControl
        {
            OnFollowUp = (order, _) => Task.FromResult(before.Contains(order.Id) ? ControlOutcome.Done("seen") : ControlOutcome.Failed("it is not known whether it was done")),
        };
        using var bench = new DeskBench(journal, control);
        foreach (DirectiveOrder order in orders)
        {
            (DirectiveState state, _, string detail) = await bench.RunAsync(order);
            int times = control.Begun.Count(id => id == order.Id) + (before.Contains(order.Id) ? 1 : 0);
            Assert.InRange(times, 0, 1);
            Assert.Equal(times == 1 ? (DirectiveState.Done, "seen") : (DirectiveState.Failed, "it is not known whether it was done"), (state, detail));
        }
    }
}
