using System.Collections.Immutable;
using System.Globalization;
using VirtAgents.Simulation.Estates;
using VirtAgents.Simulation.Workloads;

namespace VirtAgents.Simulation.Scenarios;

/// <summary>Reads hosts, pools and VMs of a scenario file, beside those that are generated.</summary>
internal sealed class EstateReader(long seed, EstateOptions? usual)
{
    private const long MiB = 1L << 20;
    private const long GiB = 1L << 30;
    private const long PiB = 1L << 50;

    private static readonly Dictionary<string, PoolMedium> Media = new()
    {
        ["ssd"] = PoolMedium.Ssd,
        ["hdd"] = PoolMedium.Hdd,
        ["nfs"] = PoolMedium.Nfs,
    };

    private readonly HashSet<string> _names = [];
    private Dictionary<string, WorkloadTrace> _traces = [];

    /// <summary>Whether the file says itself what hosts there are.</summary>
    public static bool Describes(JsonSection root) => root.Has("estate") || root.Has("hosts");

    public EstateDefinition Read(JsonSection root)
    {
        EstateDefinition generated = Generate(root.Section("estate"), Describes(root));
        foreach (string name in generated.Hosts.SelectMany(host => host.Vms.Select(vm => vm.Name).Append("host " + host.Name)))
        {
            _names.Add(name);
        }

        JsonSection? traces = root.Section("traces");
        _traces = WorkloadReader.ReadTraces(traces);
        ImmutableArray<PoolDefinition> shared =
            [.. generated.SharedPools, .. root.Sections("pools").Select(pool => ReadPool(pool, PoolMedium.Nfs, "/srv/"))];
        foreach (string twice in shared.GroupBy(pool => pool.Name).Where(group => group.Count() > 1).Select(group => group.Key))
        {
            root.Error("pools", $"there are two pools '{twice}'");
        }

        ImmutableArray<HostDefinition> hosts = [.. generated.Hosts, .. root.Sections("hosts").Select(host => ReadHost(host, shared))];
        if (hosts.IsEmpty && usual is null && !Describes(root))
        {
            root.Error("estate", "is missing: say how many hosts there are, or list them under hosts");
        }

        return new(seed, [.. shared.DistinctBy(pool => pool.Name)], hosts);
    }

    private EstateDefinition Generate(JsonSection? section, bool described)
    {
        if (section is null)
        {
            return described || usual is null ? new(seed, [], []) : EstateGenerator.Generate(usual with { Seed = seed });
        }

        EstateOptions options = new(
            (int)section.Integer("hosts", 1, 1, EstateOptions.MaxHosts, required: true),
            (int)section.Integer("vmsPerHost", 20, 0, EstateOptions.MaxVmsPerHost),
            seed,
            section.Name("cluster", required: false));
        section.End();
        return EstateGenerator.Generate(options);
    }

    private HostDefinition ReadHost(JsonSection section, ImmutableArray<PoolDefinition> shared)
    {
        string name = Unique(section, "host ");
        ImmutableArray<PoolDefinition> local = section.Has("localPools")
            ? [.. section.Sections("localPools").Select(pool => ReadPool(pool, PoolMedium.Ssd, "/var/lib/"))]
            : [new("local", PoolMedium.Ssd, 1024 * GiB, "/var/lib/images")];
        List<string> mounted = [.. section.Has("sharedPools") ? section.Texts("sharedPools") : shared.Select(pool => pool.Name)];
        foreach (string missing in mounted.Where(pool => !shared.Any(known => known.Name == pool)))
        {
            section.Error("sharedPools", $"there is no shared pool '{missing}'");
        }

        mounted.RemoveAll(pool => !shared.Any(known => known.Name == pool));
        foreach (string twice in local.Select(pool => pool.Name).Concat(mounted).GroupBy(pool => pool).Where(g => g.Count() > 1).Select(g => g.Key))
        {
            section.Error("localPools", $"the host has two pools '{twice}'");
        }

        string[] pools = [.. local.Select(pool => pool.Name), .. mounted];
        HostDefinition host = new(
            EstateDefinition.HostIdOf(seed, name),
            name,
            (int)section.Integer("pcpus", 16, 1, 1024),
            section.Size("memory", 128 * GiB, GiB, 64 * 1024 * GiB),
            local,
            [.. mounted],
            [.. section.Sections("vms").SelectMany(vm => ReadVms(vm, pools))],
            section.Name("cluster", required: false));
        section.End();
        return host;
    }

    private static PoolDefinition ReadPool(JsonSection section, PoolMedium usual, string root)
    {
        string name = section.Name("name");
        string medium = section.Text("medium", "");
        if (medium.Length > 0 && !Media.TryGetValue(medium, out usual))
        {
            section.Error("medium", $"'{medium}' is not one of {string.Join(", ", Media.Keys)}");
        }

        PoolDefinition pool = new(name, usual, section.Size("capacity", 1024 * GiB, GiB, PiB), section.Text("path", root + name));
        section.End();
        return pool;
    }

    private IEnumerable<VmDefinition> ReadVms(JsonSection section, string[] pools)
    {
        int count = (int)section.Integer("count", 1, 1, EstateOptions.MaxVmsPerHost);
        string first = count == 1 ? Unique(section, "") : section.Name("name");
        VmDefinition vm = new(
            default,
            first,
            section.Text("tenant", ""),
            (int)section.Integer("vcpus", 2, 1, 512),
            section.Size("memory", 4 * GiB, 16 * MiB, 16 * 1024 * GiB),
            section.Flag("running", true),
            section.Has("disks") ? [.. section.Sections("disks").Select(disk => ReadDisk(disk, pools))] : UsualDisks(pools),
            section.Has("networks") ? [.. section.Texts("networks")] : ["lan"],
            WorkloadReader.Read(section.Section("workload"), _traces));
        if (vm.Disks.Length > 8 || vm.Networks.Length > 8)
        {
            section.Error(vm.Disks.Length > 8 ? "disks" : "networks", "must have at most 8 entries");
        }

        section.End();
        return [.. Enumerable.Range(1, count).Select(number => Numbered(section, vm, number, count))];
    }

    private VmDefinition Numbered(JsonSection section, VmDefinition vm, int number, int count)
    {
        string name = count == 1 ? vm.Name : string.Create(CultureInfo.InvariantCulture, $"{vm.Name}-{number:D2}");
        if (count > 1 && !_names.Add(name))
        {
            section.Error("name", $"there are two VMs '{name}'");
        }

        return vm with { Id = EstateDefinition.VmIdOf(seed, name), Name = name };
    }

    private static ImmutableArray<DiskDefinition> UsualDisks(string[] pools) => pools.Length == 0 ? [] : [new(pools[0], 20 * GiB)];

    private static DiskDefinition ReadDisk(JsonSection section, string[] pools)
    {
        string pool = section.Text("pool", "", required: true);
        if (section.IsText("pool") && !pools.Contains(pool))
        {
            section.Error("pool", $"the host has no pool '{pool}' (it has {string.Join(", ", pools)})");
        }

        DiskDefinition disk = new(pool, section.Size("size", 20 * GiB, MiB, PiB));
        section.End();
        return disk;
    }

    private string Unique(JsonSection section, string what)
    {
        string name = section.Name("name");
        if (name.Length > 0 && !_names.Add(what + name))
        {
            section.Error("name", $"there are two {(what.Length > 0 ? "hosts" : "VMs")} '{name}'");
        }

        return name;
    }
}
