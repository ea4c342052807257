using System.Buffers;
using System.Text;
using VirtAgents.Collector.Exposition;
using VirtAgents.Collector.Fleet;
using VirtAgents.Collector.Query;
using VirtAgents.Storage;

namespace VirtAgents.Collector.Tests.Exposition;

/// <summary>Pages of a fleet that the test makes up.</summary>
internal static class PageText
{
    public static string Of(IReadOnlyList<HostView> hosts, IReadOnlyList<SeriesValue>? values, long nowUnixMs, int bytesAtOnce = 1 << 20)
    {
        using FleetPage page = FleetPage.Build(new FleetDirectory(hosts), values, nowUnixMs);
        var output = new ArrayBufferWriter<byte>();
        while (page.WriteSome(output, bytesAtOnce))
        {
        }

        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
