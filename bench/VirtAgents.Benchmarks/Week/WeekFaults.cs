using VirtAgents.Simulation.Estates;
using VirtAgents.Simulation.Faults;

namespace VirtAgents.Benchmarks.Week;

/// <summary>A host that is marked as drained for a while, by number.</summary>
internal sealed record WeekDrain(int Host, TimeSpan From, TimeSpan To);

/// <summary>What goes wrong in a week, and which hosts are rebooted on purpose: drained at one in the night, rebooted at half past two whether they are empty or not.</summary>
internal sealed record WeekFaults(IReadOnlyList<(TimeSpan At, Fault Fault)> Faults, IReadOnlyList<WeekDrain> Drains)
{
    private const double HostDaysPerFault = 100;
    private const int HostsPerDrain = 50;

    private static readonly TimeSpan
        Drained = TimeSpan.FromHours(1), Reboots = TimeSpan.FromHours(2.5), Back = TimeSpan.FromHours(2.75), RebootTakes = TimeSpan.FromMinutes(10), Repair = TimeSpan.FromMinutes(20),
        Trouble = TimeSpan.FromMinutes(10), SlowFor = TimeSpan.FromMinutes(30), StartsAgain = TimeSpan.FromMinutes(5);

    public static WeekFaults Of(EstateDefinition estate, int days, int seed)
    {
        Random random = new(seed);
        List<(TimeSpan At, Fault Fault)> faults = [];
        TimeSpan When() => TimeSpan.FromSeconds(random.Next(600, (days * 86_400) - 3_600));
        string Host() => estate.Hosts[random.Next(estate.Hosts.Length)].Name;
        VmSelector Vm() => VmSelector.ByIndex(random.Next(estate.VmCount));
        int count = Math.Max(1, (int)Math.Round(estate.Hosts.Length * days / HostDaysPerFault));
        for (int i = 0; i < count; i++)
        {
            faults.Add((When(), new(FaultKind.HostLoss, Host: Host(), For: Repair)));
            faults.Add((When(), new(FaultKind.HypervisorLoss, Host: Host(), For: Trouble)));
            faults.Add((When(), new(FaultKind.Partition, Host: Host(), For: Trouble)));
            faults.Add((When(), new(FaultKind.LinkDown, Host: Host(), For: Trouble)));
            faults.Add((When(), new(FaultKind.DiskSlow, Pool: estate.SharedPools[random.Next(estate.SharedPools.Length)].Name, For: SlowFor)));
            faults.Add((When(), new(FaultKind.VmHang, Vm(), For: Trouble)));
            faults.AddRange(Crash(When(), Vm()));
            faults.AddRange(Crash(When(), Vm()));
        }

        WeekDrain[] drains = [.. Enumerable.Range(0, days).SelectMany(day => DrainsOf(day, estate, random))];
        faults.AddRange(drains.Select(d => (d.From - Drained + Reboots, new Fault(FaultKind.HostLoss, Host: estate.Hosts[d.Host].Name, For: RebootTakes))));
        return new([.. faults.OrderBy(f => f.At)], drains);
    }

    // Nobody else starts it again here.
    private static (TimeSpan At, Fault Fault)[] Crash(TimeSpan at, VmSelector vm) => [(at, new(FaultKind.VmCrash, vm)), (at + StartsAgain, new(FaultKind.VmStart, vm))];

    private static WeekDrain[] DrainsOf(int day, EstateDefinition estate, Random random)
    {
        TimeSpan midnight = TimeSpan.FromDays(day);
        int[] hosts = [.. Enumerable.Range(0, estate.Hosts.Length)];
        random.Shuffle(hosts);
        return [.. hosts.Take((estate.Hosts.Length + HostsPerDrain - 1) / HostsPerDrain).Select(h => new WeekDrain(h, midnight + Drained, midnight + Back))];
    }
}
