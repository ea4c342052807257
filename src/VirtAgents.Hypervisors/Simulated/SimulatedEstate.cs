using VirtAgents.Core.Model;
using VirtAgents.Simulation;
using VirtAgents.Simulation.Estates;
using VirtAgents.Simulation.Faults;
using VirtAgents.Simulation.Scenarios;

namespace VirtAgents.Hypervisors.Simulated;

/// <summary>
/// The simulated world of a process, shared by the <see cref="SimulatedHypervisor"/>s of its hosts. Its virtual time
/// follows a clock, times a speed.
/// </summary>
/// <remarks>
/// Thread-safe: one lock guards the world. One timer for all hosts wakes when the world has something to tell, so
/// events come without anybody sampling. Time passes from construction on.
/// </remarks>
public sealed partial class SimulatedEstate : IDisposable
{
    /// <summary>Slowest and fastest speed.</summary>
    public const double MinSpeed = 0.01, MaxSpeed = 1000;

    /// <summary>Volumes are read that often in virtual time, and each reading is in one slow sample; as on real hosts.</summary>
    private static readonly TimeSpan VolumeInterval = TimeSpan.FromSeconds(60);

    private readonly Lock _lock = new();
    private readonly EstateDefinition _definition;
    private readonly World _world;
    private readonly SimulatedHypervisor?[] _hypervisors;
    private readonly TimeSpan[] _volumesDue;
    private readonly List<string> _refused = [];
    private bool _disposed;

    /// <summary>Makes a generated estate.</summary>
    public SimulatedEstate(EstateOptions options, TimeProvider clock, double speed = 1)
        : this(new Scenario(EstateGenerator.Generate(options), Scenario.DefaultStart, TimeSpan.MaxValue, []), clock, speed)
    {
    }

    /// <summary>Plays a scenario. Its clocks begin at the present time, and it goes on when its duration is over.</summary>
    /// <param name="scenario">What there is and what happens.</param>
    /// <param name="clock">Clock that virtual time follows.</param>
    /// <param name="speed">Virtual seconds in a second, <see cref="MinSpeed"/> to <see cref="MaxSpeed"/>.</param>
    public SimulatedEstate(Scenario scenario, TimeProvider clock, double speed = 1)
    {
        ArgumentNullException.ThrowIfNull(scenario);
        ArgumentNullException.ThrowIfNull(clock);
        ArgumentOutOfRangeException.ThrowIfLessThan(speed, MinSpeed);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(speed, MaxSpeed);
        _clock = clock;
        _speed = speed;
        _definition = scenario.Estate;
        _world = scenario.CreateWorld(clock.GetUtcNow());
        _hypervisors = new SimulatedHypervisor?[_world.HostCount];
        _controls = new SimulatedControl?[_world.HostCount];
        _volumesDue = new TimeSpan[_world.HostCount];
        _started = clock.GetTimestamp();
        _timer = clock.CreateTimer(_ => Advance(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Advance();
    }

    /// <summary>Number of hosts; they are numbered from 0.</summary>
    public int HostCount => _world.HostCount;

    /// <summary>Steps of the scenario that could not be carried out, with the reasons.</summary>
    public IReadOnlyList<string> RefusedSteps
    {
        get
        {
            lock (_lock)
            {
                return [.. _refused];
            }
        }
    }

    /// <summary>The host of that number.</summary>
    public HostInfo HostOf(int host) => _world.HostOf(host);

    /// <summary>Cluster of the host of that number; empty = not said.</summary>
    public string ClusterOf(int host) => _definition.Hosts[host].Cluster;

    /// <summary>The adapter of a host; always the same one for the same host.</summary>
    public SimulatedHypervisor HypervisorOf(int host)
    {
        lock (_lock)
        {
            return _hypervisors[host] ??= new SimulatedHypervisor(this, host);
        }
    }

    /// <summary>Does something to the world now.</summary>
    /// <param name="fault">What.</param>
    /// <param name="problem">Why it cannot be done; empty when it was.</param>
    public bool TryInject(Fault fault, out string problem)
    {
        string why = "";
        bool done = false;
        Act(() => done = _world.TryInject(fault, out why));
        problem = why;
        return done;
    }

    /// <summary>Does one step of a scenario now.</summary>
    /// <param name="step">The step in JSON as in a scenario file, but without <c>at</c>.</param>
    public Injection Inject(string step)
    {
        ArgumentNullException.ThrowIfNull(step);
        Injection done = Injection.Done;
        Act(() => done = Inject_NeedsLock(step));
        return done;
    }

    /// <summary>Stops the time of the world.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            TellChange_NeedsLock();
        }

        _timer.Dispose();
    }

    internal Inventory InventoryOf(int host)
    {
        lock (_lock)
        {
            return _world.InventoryOf(host);
        }
    }

    internal HostLink LinkOf(int host)
    {
        lock (_lock)
        {
            return _world.LinkOf(host);
        }
    }

    /// <summary>Makes the world tell the state of every VM of a host.</summary>
    internal void Look(int host) => Act(() => _world.Look(host));

    /// <summary>Makes the world tell what the agent of a host knows of states once more.</summary>
    internal void RepeatStates(int host) => Act(() => _world.RepeatStates(host));

    internal void Sample(int host, SampleTier tier, SampleSet target)
    {
        HashSet<SimulatedHypervisor>? changed = null;
        lock (_lock)
        {
            Advance_NeedsLock(ref changed);
            _world.Sample(host, tier, target);
            if (tier == SampleTier.Slow && _world.Elapsed >= _volumesDue[host])
            {
                _volumesDue[host] = _world.Elapsed + VolumeInterval;
                _world.SampleVolumes(host, target);
            }
        }

        TellLinks(changed);
    }

    private Injection Inject_NeedsLock(string step)
    {
        if (!_world.TryRead(step, out Fault? fault, out IReadOnlyList<string> errors))
        {
            return new(InjectionVerdict.Invalid, errors);
        }

        return _world.TryInject(fault, out string problem) ? Injection.Done : new(InjectionVerdict.Refused, [problem]);
    }
}
