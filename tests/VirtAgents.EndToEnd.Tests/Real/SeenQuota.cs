using System.Globalization;
using VirtAgents.Testbed;

namespace VirtAgents.EndToEnd.Tests.Real;

/// <summary>The CPU that a VM may use, as libvirt reads it back from the kernel.</summary>
internal static class SeenQuota
{
    // What libvirt shows where there is none, in microseconds: nothing real comes near it.
    private const long None = 1L << 40;

    /// <summary>Microseconds of a period for each vCPU; null = not limited.</summary>
    public static async Task<long?> OfAsync(TestbedHost host, string vm) => await NumberAsync(host, vm, "vcpu_quota") is var quota and > 0 and < None ? quota : null;

    /// <summary>A share of a processor, percent, as such a quota.</summary>
    public static async Task<long> FromPercentAsync(TestbedHost host, string vm, long percent) => percent * await NumberAsync(host, vm, "vcpu_period") / 100;

    private static async Task<long> NumberAsync(TestbedHost host, string vm, string name)
    {
        string line = (await host.VirshAsync("schedinfo", vm)).Split('\n').Single(l => l.StartsWith(name, StringComparison.Ordinal));
        return long.Parse(line.Split(':')[1], CultureInfo.InvariantCulture);
    }
}
