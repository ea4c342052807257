using System.Globalization;
using VirtAgents.Core.Detection.Incidents;
using VirtAgents.Simulation.Estates;
using VirtAgents.Simulation.Faults;
using VirtAgents.Simulation.Workloads;

namespace VirtAgents.Simulation.Tests.Incidents;

/// <summary>A rack of 20 hosts with 20 VMs each; three VMs of each host have their disks in the pool "san", the others in "nas" or on the host.</summary>
public sealed class SimulatedIncidentTests
{
    private const int Hosts = 20, VmsPerHost = 20, OnSan = 3, OnNas = 10;
    private const long GiB = 1L << 30;
    private readonly WatchedWorld _world = new(Rack());

    public static TheoryData<Fault, FindingKind, int> Faults => new()
    {
        { new(FaultKind.VmCrash, Vm("vm-1-1")), FindingKind.VmCrashed, 0 },
        { new(FaultKind.VmPanic, Vm("vm-1-1")), FindingKind.VmPanicked, 1 },
        { new(FaultKind.VmHang, Vm("vm-1-1")), FindingKind.VmHung, 0 },
        { new(FaultKind.IoError, Vm("vm-1-1")), FindingKind.VmPausedByIoError, 0 },
        { new(FaultKind.HostLoss, Host: "h5"), FindingKind.HostSilent, VmsPerHost },
        { new(FaultKind.Partition, Host: "h5"), FindingKind.HostSilent, VmsPerHost },
        { new(FaultKind.AgentLoss, Host: "h5"), FindingKind.AgentLost, VmsPerHost },
        { new(FaultKind.HypervisorLoss, Host: "h5"), FindingKind.HypervisorLost, VmsPerHost },
        { new(FaultKind.PoolGone, Pool: "san"), FindingKind.PoolFailed, Hosts * OnSan },
        { new(FaultKind.PoolFull, Pool: "san"), FindingKind.PoolFull, Hosts * OnSan },
        { new(FaultKind.PoolGone, Host: "h5", Pool: "local"), FindingKind.PoolFailed, VmsPerHost - OnSan - OnNas },
        { new(FaultKind.DiskSlow, Host: "h5", Pool: "local"), FindingKind.DiskSlow, 0 },
        { new(FaultKind.LinkDown, Host: "h5"), FindingKind.InterfaceDown, 0 },
        { new(FaultKind.ClockSkew, Host: "h5", By: TimeSpan.FromHours(-1)), FindingKind.ClockJumped, 0 },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void Observe_OneFault_OneIncidentWithAllItLedTo(Fault fault, FindingKind root, int symptoms)
    {
        _world.Inject(fault);
        _world.Pass(60);
        Assert.Equal((root, symptoms), (_world.Only.Root.Key.Kind, _world.Only.Symptoms.Length));
        Assert.All(_world.Only.Symptoms, s => Assert.True(s.IsActive));
        Assert.Single(_world.Tracker.Incidents);
    }

    [Theory]
    [InlineData(FaultKind.HostLoss)]
    [InlineData(FaultKind.Partition)]
    [InlineData(FaultKind.AgentLoss)]
    [InlineData(FaultKind.HypervisorLoss)]
    public void Observe_HostComesBack_ItsIncidentIsResolvedAndNothingElseIsWrong(FaultKind kind)
    {
        _world.Inject(new(kind, Host: "h5"));
        _world.Pass(90);
        Guid id = _world.Only.Id;
        _world.Inject(new(kind, Host: "h5", End: true));
        _world.Pass(180);
        Assert.Equal(IncidentState.Resolved, Assert.Single(_world.Tracker.Incidents).State);
        Assert.Equal(id, Assert.Single(_world.Tracker.Incidents).Id);
        Assert.Single(_world.Changes, c => c.Kind == IncidentChangeKind.Opened);
    }

    [Fact]
    public void Observe_PoolComesBack_StaysOpenUntilItsVmsAreResumed()
    {
        _world.Inject(new(FaultKind.PoolGone, Pool: "san"));
        _world.Pass(60);
        _world.Inject(new(FaultKind.PoolGone, Pool: "san", End: true));
        _world.Pass(5);
        Assert.Equal((false, "resume"), (_world.Only.Root.IsActive, _world.Only.Suggestion!.DirectiveKind));
        Assert.Equal(Hosts * OnSan, _world.Only.Symptoms.Count(s => s.IsActive));
        for (int vm = 0; vm < Hosts * OnSan; vm++)
        {
            _world.Inject(new(FaultKind.VmResume, Vm(NameOf(vm / OnSan, vm % OnSan))));
        }

        _world.Pass(5);
        Assert.Empty(_world.Active);
    }

    [Fact]
    public void Observe_PoolAndHostLostAtTheSameTime_TwoIncidents()
    {
        _world.Inject(new(FaultKind.PoolGone, Pool: "san"));
        _world.Inject(new(FaultKind.HostLoss, Host: "h5"));
        _world.Pass(60);
        Assert.Equal([FindingKind.HostSilent, FindingKind.PoolFailed], _world.Active.Select(i => i.Root.Key.Kind).Order());
        Assert.Equal(2, _world.Tracker.Incidents.Count);
    }

    [Fact]
    public void Observe_OrderlyChanges_NothingIsWrong()
    {
        _world.Inject(new(FaultKind.VmShutdown, Vm("vm-1-1")));
        _world.Inject(new(FaultKind.VmDestroy, Vm("vm-1-2")));
        _world.Inject(new(FaultKind.VmPause, Vm("vm-1-3")));
        _world.Inject(new(FaultKind.VmReboot, Vm("vm-1-4")));
        _world.Inject(new(FaultKind.VmSave, Vm("vm-1-5")));
        _world.Inject(new(FaultKind.VmMigrate, Vm("vm-2-1"), Destination: "h3"));
        _world.Pass(300);
        Assert.Empty(_world.Tracker.Incidents);
    }

    private static VmSelector Vm(string name) => VmSelector.ByName(name);

    private static string NameOf(int host, int vm) => string.Create(CultureInfo.InvariantCulture, $"vm-{host + 1}-{vm + 1}");

    private static EstateDefinition Rack() => new(
        7,
        [Pool("san", PoolMedium.Nfs), Pool("nas", PoolMedium.Nfs)],
        [.. Enumerable.Range(0, Hosts).Select(number => Host(number))]);

    private static HostDefinition Host(int number)
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"h{number + 1}");
        return new(
            EstateDefinition.HostIdOf(7, name), name, 64, 512 * GiB, [Pool("local", PoolMedium.Ssd)], ["san", "nas"],
            [.. Enumerable.Range(0, VmsPerHost).Select(vm => VmOn(number, vm))]);
    }

    private static VmDefinition VmOn(int host, int number)
    {
        string name = NameOf(host, number);
        string pool = number < OnSan ? "san" : number < OnSan + OnNas ? "nas" : "local";
        return new(EstateDefinition.VmIdOf(7, name), name, "", 2, 4 * GiB, true, [new(pool, 40 * GiB)], ["lan"], WorkloadDefinition.Default);
    }

    private static PoolDefinition Pool(string name, PoolMedium medium) => new(name, medium, 100_000 * GiB, "/srv/" + name);
}
