using VirtAgents.Core.Directives;
using VirtAgents.EndToEnd.Tests.Product;
using VirtAgents.Protocol.V1;
using DirectiveState = VirtAgents.Core.Directives.DirectiveState;

namespace VirtAgents.EndToEnd.Tests.Simulated;

/// <summary>Whether what the collector's ledger says of directives fits itself, the agents' journals, and the world.</summary>
internal static class DirectiveAudit
{
    private const string Accepted = "Accepted", Begun = "Begun", Ended = "Ended";

    /// <summary>Each begins as proposed, goes on as it may, and ends once.</summary>
    public static void StepsAreLawful(IEnumerable<DirectiveRecord> records) => Assert.All(records, record =>
    {
        DirectiveState[] states = [.. record.Steps.Select(s => (DirectiveState)s.State)];
        Assert.Equal(DirectiveState.Proposed, states[0]);
        Assert.Equal((DirectiveState)record.State, Assert.Single(states, DirectiveLife.IsEnded));
        Assert.True(DirectiveLife.IsEnded(states[^1]), "something follows the end");

        // Remarks, such as a wish to take it back, repeat the state.
        Assert.All(states.Zip(states.Skip(1)), pair => Assert.True(
            pair.First == pair.Second || DirectiveLife.MayFollow(pair.First, pair.Second), $"{pair.Second} follows {pair.First}"));
        Assert.Equal(record.Steps.Select(s => s.TimeUnixMs).Order(), record.Steps.Select(s => s.TimeUnixMs));
    });

    /// <summary>No journal has begun a directive twice, no two have the same, and each end is the one that the ledger has.</summary>
    public static void JournalsAgree(IReadOnlyList<DirectiveRecord> records, IReadOnlyList<SeenJournalLine> lines)
    {
        Assert.Empty(lines.Select(l => l.Id).Except(records.Select(r => r.Id)));
        ILookup<string, SeenJournalLine> byId = lines.ToLookup(l => l.Id);
        Assert.All(records, record => JournalAgrees(record, [.. byId[record.Id]]));
    }

    /// <summary>VMs were rebooted as often as the ledger has it done, and not more often than the journals have it begun.</summary>
    public static void WorldAgrees(
        IEnumerable<DirectiveRecord> records, IEnumerable<SeenJournalLine> lines, IReadOnlyList<SeenEvent> reboots, IEnumerable<string> vms)
    {
        ILookup<string, DirectiveRecord> orders = records.Where(r => r.Kind is "reboot" or "reset").ToLookup(r => r.VmId);
        HashSet<string> begun = [.. lines.Where(l => l.Step == Begun).Select(l => l.Id)];
        Assert.All(vms, vm => Assert.InRange(
            reboots.Count(e => e.Vm == orders[vm].First().Vm), orders[vm].Count(r => r.State == DirectiveStage.Done), orders[vm].Count(r => begun.Contains(r.Id))));
    }

    private static void JournalAgrees(DirectiveRecord record, SeenJournalLine[] lines)
    {
        Assert.All(lines, line => Assert.Equal(record.HostId, line.Host));
        string[] steps = [.. lines.Select(l => l.Step)];
        string[][] lawful = record switch
        {
            { DryRun: true } => [[]],
            { State: DirectiveStage.Done or DirectiveStage.Failed } => [[Accepted, Begun, Ended]],
            { State: DirectiveStage.Refused } => [[Ended]],

            // Empty: it never came to its host.
            { State: DirectiveStage.Expired } => [[], [Ended]],
            _ => [[], [Ended], [Accepted, Begun, Ended]],
        };
        Assert.Contains(steps, lawful);
        if (steps.Length > 0)
        {
            // One that was taken back is asked for with a deadline that has passed.
            bool isSame = lines[^1].State == record.State.ToString() || (record.State == DirectiveStage.Cancelled && lines[^1].State == nameof(DirectiveStage.Expired));
            Assert.True(isSame, $"the journal has {lines[^1].State}, the ledger {record.State}: {record.Detail}");
        }
    }
}
