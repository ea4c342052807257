using CsCheck;
using VirtAgents.Core.Model;
using VirtAgents.Core.Scheduling.Live;
using VirtAgents.Core.Scheduling.Planning;
using static VirtAgents.Core.Tests.Scheduling.Live.LiveEstateOfTests;

namespace VirtAgents.Core.Tests.Scheduling.Live;

public sealed class LiveClusterPropertyTests
{
    private static readonly Gen<(int Seed, PlanGoal Goal)> Cases = Gen.Select(Gen.Int[0, 1_000_000], Gen.Enum<PlanGoal>());

    [Fact]
    public void Plan_AnyEstate_MovesOnlyWhatIsCertainToWhereItIsCertain() => Cases.Sample(
        c =>
        {
            LiveHost[] hosts = Draw(new Random(c.Seed));
            string[] emptied = c.Goal == PlanGoal.Evacuate ? ["h0", "h1"] : [];

            MigrationPlan plan = Planner.Plan(Look(hosts).Snapshot, new PlanOptions(c.Goal) { Hosts = [.. emptied] });

            foreach (PlannedMove move in plan.Moves)
            {
                LiveHost to = hosts.Single(h => h.Info.Name == move.To);
                LiveHost home = hosts.Single(h => h.Vms.Any(v => v.Info.Name == move.Vm));
                LiveVm vm = home.Vms.Single(v => v.Info.Name == move.Vm);
                Assert.Equal((VmState.Running, false, "shared"), (vm.State, vm.IsToldByOthers, vm.Info.Disks.Single().Pool));
                Assert.Equal((null, null), (home.OutOfSight, home.CannotMigrate));
                Assert.Equal((null, null, false), (to.OutOfSight, to.CannotMigrate, to.IsDraining));
                Assert.DoesNotContain(move.To, emptied);
                Assert.Contains(to.Pools, p => p.Info is { Name: "shared", Type: "netfs" } && p.Figures.Active == true);
            }
        },
        iter: 60);

    private static LiveHost[] Draw(Random random)
    {
        int vms = 0;
        return
        [
            .. Enumerable.Range(0, 6).Select(number => Host(number, [.. Enumerable.Range(0, random.Next(10)).Select(_ => Draw(random, vms++))]) with
            {
                OutOfSight = random.Next(5) == 0 ? "away" : null,
                CannotMigrate = random.Next(5) == 0 ? "no" : null,
                IsDraining = random.Next(4) == 0,
                Pools = [Pool("shared", random.Next(6) == 0 ? "dir" : "netfs", random.Next(6) switch { 0 => null, 1 => false, _ => true })],
            }),
        ];
    }

    private static LiveVm Draw(Random random, int number) =>
        Vm(number, random.Next(3) == 0 ? (VmState)random.Next(10) : VmState.Running, random.Next(6) == 0 ? "own" : "shared", random.Next(100)) with
        {
            IsToldByOthers = random.Next(8) == 0,
        };
}
