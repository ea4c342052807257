using System.Globalization;
using VirtAgents.Cli.Formatting;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Cli.Listings;

/// <summary>Limits of VMs.</summary>
internal static class VmLimits
{
    private static readonly string[] OfDisk = ["total_iops", "total_bytes_per_second"];
    private static readonly string[] OfInterface = ["in_bytes_per_second", "out_bytes_per_second"];

    /// <summary>A limit for machines: <c>vda total_iops=500</c>; 0 = none.</summary>
    public static string Name(VmLimit limit) =>
        string.Create(CultureInfo.InvariantCulture, $"{(limit.Device.Length == 0 ? "cpu" : limit.Device)} {limit.Name}={limit.Value}");

    /// <summary>The limits in force, and what is not known.</summary>
    public static string Show(Vm vm)
    {
        string[] shown = [.. vm.Limits.Where(limit => limit.Value > 0).Select(Show), .. Unknown(vm).Select(name => $"{name} unknown")];
        return shown.Length == 0 ? "none" : string.Join(", ", shown);
    }

    private static string Show(VmLimit limit) => limit.Name switch
    {
        "percent" => string.Create(CultureInfo.InvariantCulture, $"CPU {limit.Value} % of a pCPU for each vCPU"),
        "total_iops" => string.Create(CultureInfo.InvariantCulture, $"{limit.Device} {limit.Value} operations/s"),
        "total_bytes_per_second" => $"{limit.Device} {Units.BytesPerSecond(limit.Value)}",
        "in_bytes_per_second" => $"{limit.Device} receive {Units.BytesPerSecond(limit.Value)}",
        _ => $"{limit.Device} transmit {Units.BytesPerSecond(limit.Value)}",
    };

    /// <summary>What is not known at all is told once.</summary>
    private static IEnumerable<string> Unknown(Vm vm)
    {
        HashSet<(string, string)> known = [.. vm.Limits.Select(limit => (limit.Device, limit.Name))];
        (string Shown, string Device, string Name)[] all =
        [
            ("CPU", "", "percent"),
            .. vm.Disks.SelectMany(disk => OfDisk.Select(name => (disk, disk, name))),
            .. vm.Interfaces.SelectMany(card => OfInterface.Select(name => (card, card, name))),
        ];
        return all.Where(limit => !known.Contains((limit.Device, limit.Name))).Select(limit => limit.Shown).Distinct();
    }
}
