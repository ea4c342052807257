using VirtAgents.Core.Model;
using VirtAgents.Core.Scheduling.Limits;

namespace VirtAgents.Collector.Tests.Shares;

/// <summary>A VM of 2 vCPUs that uses what is divided: MiB/s, pCPUs, or operations per second.</summary>
internal sealed class SharingVm(string name, int number, LimitedResource resource, double demand)
{
    public const int Vcpus = 2;

    public const string Pool = "san";

    public string Name { get; } = name;

    public int Number { get; } = number;

    public VmId Id { get; } = new(new Guid(number, 9, 9, new byte[8]));

    public string Mac { get; } = $"52:54:00:00:00:{number:x2}";

    /// <summary>What one of a limit is of what it uses.</summary>
    public double PerUnit { get; } = resource == LimitedResource.Cpu ? Vcpus / 100.0 : resource == LimitedResource.DiskOperations ? 1 : 1.0 / ShareBench.Mib;

    /// <summary>What it would use.</summary>
    public double Demand { get; set; } = demand;

    /// <summary>Its limit, in its own unit; 0 = none, null = its agent does not know.</summary>
    public long? Limit { get; set; }

    /// <summary>What it used in the last step.</summary>
    public double Rate { get; set; }

    /// <summary>What it has used since its start.</summary>
    public double Used { get; set; }

    public double Wanted => Limit > 0 ? Math.Min(Demand, Limit.Value * PerUnit) : Demand;

    private string Device => resource == LimitedResource.Cpu ? "" : resource == LimitedResource.DiskOperations ? "vda" : Mac;

    /// <summary>How its agent lists it.</summary>
    public VmInfo Info() => new(
        Number, Id, Name, "", Vcpus, 1 << 30,
        [new VmDiskInfo(Number + 20, "vda", $"/san/{Name}.img", Pool) { LimitIops = resource == LimitedResource.DiskOperations ? Limit : 0, LimitBytesPerSecond = 0 }],
        [new VmInterfaceInfo(Number + 40, Mac, "tap", "br0") { LimitInBytesPerSecond = 0, LimitOutBytesPerSecond = resource == LimitedResource.NetworkOut ? Limit : 0 }])
    {
        CpuQuotaPercent = resource == LimitedResource.Cpu ? Limit : 0,
    };

    /// <summary>Whether it is listed as it is now.</summary>
    public bool IsSeen(VmInfo listed) => LimitForm.Of(resource).InForce(listed, Device) == Limit;
}
