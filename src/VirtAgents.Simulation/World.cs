using System.Diagnostics.CodeAnalysis;
using VirtAgents.Core.Model;
using VirtAgents.Simulation.Control;
using VirtAgents.Simulation.Estates;
using VirtAgents.Simulation.Faults;
using VirtAgents.Simulation.Scenarios;
using VirtAgents.Simulation.Worlds;

namespace VirtAgents.Simulation;

/// <summary>A simulated world of hosts and VMs. It has no clock of its own: time passes only in <see cref="Step"/>.</summary>
/// <remarks>
/// <para>Loads are decided anew at each whole second of virtual time, and on a host whenever something changes on it;
/// counters grow evenly in between, and faults happen at their millisecond. Therefore the same estate with the same
/// faults at the same times gives the same run to the last bit, however time is divided into steps and whoever samples
/// when.</para>
/// <para>For runs of many days loads can be decided more seldom. On hosts that a VM moves from or to it is each second all
/// the same, since a migration takes a few of them.</para>
/// <para>Not thread-safe.</para>
/// </remarks>
public sealed class World
{
    private const long SecondMs = 1_000, MostGrainSeconds = 60;
    private readonly long _grainMs;
    private readonly WorldState _state;
    private readonly Physics _physics;
    private readonly StorageLife _storage;
    private readonly HostLife _hosts;
    private readonly LiveMigrations _migrations;
    private readonly FaultResolver _resolver;
    private readonly FaultDispatcher _faults;
    private readonly WorldSampler _sampler;
    private TimeSpan _rest;

    /// <summary>Makes a world at the beginning of its time. VMs that run have run for some hours already.</summary>
    /// <param name="estate">What is in it.</param>
    /// <param name="start">What the clocks of its hosts show at the beginning.</param>
    /// <param name="grainSeconds">How often loads are decided anew while nothing migrates, seconds. <value>1 to 60; default 1</value></param>
    public World(EstateDefinition estate, DateTimeOffset start, int grainSeconds = 1)
    {
        ArgumentNullException.ThrowIfNull(estate);
        ArgumentOutOfRangeException.ThrowIfLessThan(grainSeconds, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(grainSeconds, MostGrainSeconds);
        _grainMs = grainSeconds * SecondMs;
        _state = new(estate, start.ToUnixTimeMilliseconds());
        _physics = new(_state);
        Conditions conditions = new(_state);
        VmLife vms = new(_state, _physics);
        _storage = new(_state, _physics, vms, conditions);
        _hosts = new(_state, _physics, vms, conditions);
        Migration migration = new(_state, _physics);
        _migrations = new(_state, _physics, migration, _storage);
        VmFaults vmFaults = new(vms, _storage, migration);
        NetworkLife network = new(_state, _physics, conditions);
        _resolver = new(_state);
        _faults = new(_state, _resolver, vmFaults, _hosts, _storage, network);
        _sampler = new(_state);
        vms.Runs += _storage.PauseIfWriting;
        Control = new(_state, Operations(vms, network, migration));
        Beginning.Settle(_state);
        Tick();
    }

    /// <summary>Virtual time since the beginning.</summary>
    public TimeSpan Elapsed => TimeSpan.FromMilliseconds(_state.NowMs);

    /// <summary>Carries out directives on the hosts.</summary>
    public WorldControl Control { get; }

    /// <summary>How often anything changed by itself so far: who waits for something need not look more often.</summary>
    public long Changes { get; private set; }

    /// <summary>Number of hosts; they are numbered from 0.</summary>
    public int HostCount => _state.Hosts.Count;

    /// <summary>Time until something happens that is known now: the next change of load, or a planned fault.</summary>
    public TimeSpan NextChange => TimeSpan.FromMilliseconds(NextMs - _state.NowMs) - _rest;

    private long TickMs => _migrations.IsAnyActive ? SecondMs : _grainMs;

    private long NextTickMs => ((_state.NowMs / TickMs) + 1) * TickMs;

    private long NextMs => Math.Min(NextTickMs, _state.Agenda.NextMs ?? long.MaxValue);

    /// <summary>The host itself.</summary>
    public HostInfo HostOf(int host) => _state.Hosts[host].Info;

    /// <summary>What the agent of the host knows to be on it.</summary>
    public Inventory InventoryOf(int host) => _state.Hosts[host].Inventory;

    /// <summary>How the agent of the host stands to the collector.</summary>
    public HostLink LinkOf(int host) => _state.Hosts[host].Link;

    /// <summary>Lets time pass and returns what happened since the step before, in order.</summary>
    /// <param name="elapsed">At least zero; parts of a millisecond are kept for the next step.</param>
    public IReadOnlyList<SimulatedEvent> Step(TimeSpan elapsed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(elapsed, TimeSpan.Zero);
        _rest += elapsed;
        long wholeMs = (long)_rest.TotalMilliseconds;
        _rest -= TimeSpan.FromMilliseconds(wholeMs);
        long target = _state.NowMs + wholeMs;
        while (NextMs <= target)
        {
            Advance();
        }

        _state.NowMs = target;
        SimulatedEvent[] happened = [.. _state.Events];
        _state.Events.Clear();
        return happened;
    }

    /// <summary>Reads one step as scenario files have it, but without <c>at</c>. Does nothing to the world.</summary>
    /// <param name="json">The step, an object in JSON.</param>
    /// <param name="fault">What was read; null when there are errors.</param>
    /// <param name="errors">Every error: path, problem, allowed range.</param>
    public bool TryRead(string json, [NotNullWhen(true)] out Fault? fault, out IReadOnlyList<string> errors)
    {
        ArgumentNullException.ThrowIfNull(json);
        List<string> found = [];
        fault = ScenarioReader.ReadFault(json, _resolver, found);
        errors = found;
        return fault is not null;
    }

    /// <summary>Does something to the world now. Its events come with the next step, which may be of length zero.</summary>
    /// <param name="fault">What.</param>
    /// <param name="problem">Why it cannot be done; empty when it was.</param>
    public bool TryInject(Fault fault, out string problem)
    {
        ArgumentNullException.ThrowIfNull(fault);
        problem = _faults.Apply(fault) ?? "";
        return problem.Length == 0;
    }

    /// <summary>Plans something for later. If it cannot be done then, an event of kind Refused tells why.</summary>
    /// <param name="at">Virtual time since the beginning; not before now.</param>
    /// <param name="fault">What.</param>
    public void Plan(TimeSpan at, Fault fault)
    {
        ArgumentNullException.ThrowIfNull(fault);
        ArgumentOutOfRangeException.ThrowIfLessThan(at, Elapsed);
        _state.Agenda.Add((long)at.TotalMilliseconds, () =>
        {
            if (_faults.Apply(fault) is string problem)
            {
                _state.TellRefused(null, $"{FaultNames.NameOf(fault.Kind)}: {problem}");
            }
        });
    }

    /// <summary>Tells the state of every VM of the host, as an agent that has just been started does.</summary>
    public void Look(int host)
    {
        SimHost looked = _state.Hosts[host];
        if (looked.AgentAlive && !looked.HypervisorLost)
        {
            _hosts.Look(looked);
        }
        else
        {
            _hosts.TellLost(looked);
        }
    }

    /// <summary>Tells the states of the host and its VMs once more, as an agent does whose events were lost on the way.</summary>
    public void RepeatStates(int host) => _hosts.Repeat(_state.Hosts[host]);

    /// <summary>Fills a sample (already reset) as the agent of the host would now. Changes nothing in the world.</summary>
    public void Sample(int host, SampleTier tier, SampleSet target)
    {
        ArgumentNullException.ThrowIfNull(target);
        _sampler.Sample(_state.Hosts[host], tier, target);
    }

    /// <summary>Adds the volumes of the host's pools to a slow sample. They are many and change slowly: an agent reads them seldom.</summary>
    public void SampleVolumes(int host, SampleSet target)
    {
        ArgumentNullException.ThrowIfNull(target);
        WorldSampler.SampleVolumes(_state.Hosts[host], target);
    }

    private OperationGroup[] Operations(VmLife vms, NetworkLife network, Migration migration) =>
    [
        new LifeOperations(_state, vms),
        new ResourceOperations(_state, _physics),
        new LimitOperations(_state, _physics, network),
        new VolumeOperations(_storage),
        new DiskOperations(_state, _physics),
        new MigrateOperation(_state, _migrations, migration),
        new RecoverOperation(_state, _physics, vms),
    ];

    /// <summary>Goes to the next thing that happens; a second begins after what was planned for its first instant.</summary>
    private void Advance()
    {
        Changes++;
        long tick = NextTickMs;
        if (_state.Agenda.NextMs is long planned && planned <= tick)
        {
            _state.NowMs = Math.Max(planned, _state.NowMs);
            _state.Agenda.Take()();
            return;
        }

        _state.NowMs = tick;
        Tick();
    }

    // Between two decisions about loads only hosts that VMs move from or to are looked at.
    private void Tick()
    {
        if (_state.NowMs % _grainMs == 0)
        {
            _physics.Tick();
        }

        _migrations.Tick();
        _storage.Look();
    }
}
