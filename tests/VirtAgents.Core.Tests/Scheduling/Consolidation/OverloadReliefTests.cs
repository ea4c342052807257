using VirtAgents.Core.Scheduling.Consolidation;

namespace VirtAgents.Core.Tests.Scheduling.Consolidation;

public sealed class OverloadReliefTests
{
    private static readonly HostModel Host = new("even", 1_000, [100, 110, 120, 130, 140, 150, 160, 170, 180, 190, 200]);
    private static readonly HostModel Thirsty = Host with { Name = "thirsty", Watts = [.. Host.Watts.Select(w => 2 * w)] };

    [Fact]
    public void Run_SeveralWouldDo_MovesTheOneThatLosesLeast()
    {
        // Without 300 the host is relieved; so it is without 400, whose memory is so small that it loses less.
        Assert.Equal([(1, 1)], Relieve([Host, Host], [0, 0, 0], [500, 400, 300], ram: [1_000, 100, 1_000]));
    }

    [Fact]
    public void Run_NoneWouldDoAlone_MovesTheLargestFirst() =>
        Assert.Equal([(3, 1), (0, 1)], Relieve([Host, Host], [0, 0, 0, 0], [400, 400, 400, 500], ram: [500, 500, 500, 500]));

    [Fact]
    public void Run_HostsInUse_TakesTheFullestOfTheBestModelOnWhichItFits() =>
        Assert.Equal([(1, 3)], Relieve([Host, Thirsty, Host, Host, Host], [0, 0, 1, 2, 3, 4], [700, 400, 550, 100, 300, 900], ram: [500, 100, 500, 500, 500, 500]));

    [Fact]
    public void Run_NoHostInUseHasRoom_SwitchesOneOn() =>
        Assert.Equal([(1, 2)], Relieve([Host, Thirsty, Host], [0, 0], [700, 400], ram: [500, 100]));

    [Fact]
    public void Run_NowhereToGo_StaysAndEnds() => Assert.Empty(Relieve([Host], [0, 0], [700, 400], ram: [500, 100]));

    [Fact]
    public void Run_AloneOnItsHost_Stays() => Assert.Empty(Relieve([Host, Host], [0], [1_200], ram: [500]));

    private static List<(int Vm, int Host)> Relieve(HostModel[] hosts, int[] placement, double[] demands, double[] ram)
    {
        VmModel[] vms = [.. ram.Select(r => new VmModel(2_000, r))];

        // Without deviations the need is the demand.
        ConsolidationTuning tuning = new() { OverloadDeviations = 0, TargetDeviations = 0 };
        DemandForecast forecast = new(vms, tuning);
        forecast.Observe(demands);
        HostLoads loads = new(hosts, placement, forecast);
        loads.Refresh();
        List<(int, int)> moves = [];
        new OverloadRelief(vms, loads, new TargetChoice(loads), tuning).Run(demands, (vm, host) =>
        {
            loads.Move(vm, host);
            moves.Add((vm, host));
        });
        return moves;
    }
}
