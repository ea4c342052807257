using VirtAgents.Protocol.V1;

namespace VirtAgents.Cli.Listings;

/// <summary>Orders of VMs. Figures go from great to small with unknown ones last, words from A to Z.</summary>
internal static class VmSort
{
    private static readonly Dictionary<string, Func<Vm, Value?[]>> Figures = new(StringComparer.Ordinal)
    {
        ["cpu"] = vm => [vm.CpuPercent],
        ["steal"] = vm => [vm.StealPercent],
        ["contention"] = vm => [vm.ContentionScore],
        ["memory"] = vm => [vm.MemoryUsedPercent],
        ["rss"] = vm => [vm.MemoryRssBytes],
        ["disk"] = vm => [vm.DiskReadBytesPerSecond, vm.DiskWriteBytesPerSecond],
        ["network"] = vm => [vm.NetworkReceiveBytesPerSecond, vm.NetworkTransmitBytesPerSecond],
    };

    private static readonly Dictionary<string, Func<Vm, string>> Words = new(StringComparer.Ordinal)
    {
        ["name"] = vm => vm.Name,
        ["host"] = vm => vm.Host,
        ["state"] = VmListing.StateOf,
        ["tenant"] = vm => vm.Tenant,
    };

    public static string[] Keys { get; } = [.. Words.Keys, .. Figures.Keys, "since"];

    public static IReadOnlyList<Vm> By(string key, bool reverse, IEnumerable<Vm> vms)
    {
        var ordered = Figures.TryGetValue(key, out var parts) ? ByFigure(vms, vm => SumOf(parts(vm)), reverse)
            : key == "since" ? ByFigure(vms, vm => vm.SinceUnixMs == 0 ? null : vm.SinceUnixMs, reverse)
            : reverse ? vms.OrderByDescending(Words[key], StringComparer.OrdinalIgnoreCase)
            : vms.OrderBy(Words[key], StringComparer.OrdinalIgnoreCase);
        return [.. ordered.ThenBy(vm => vm.Name, StringComparer.OrdinalIgnoreCase).ThenBy(vm => vm.Id, StringComparer.Ordinal)];
    }

    private static IOrderedEnumerable<Vm> ByFigure(IEnumerable<Vm> vms, Func<Vm, double?> figure, bool reverse)
    {
        var knownFirst = vms.OrderBy(vm => figure(vm) is null);
        return reverse ? knownFirst.ThenBy(figure) : knownFirst.ThenByDescending(figure);
    }

    // Known when one part is: a VM that only reads has no write rate to add.
    private static double? SumOf(Value?[] parts)
    {
        var known = parts.OfType<Value>().Where(part => part.Known).ToArray();
        return known.Length == 0 ? null : known.Sum(part => part.Number);
    }
}
