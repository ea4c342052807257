using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using VirtAgents.Agent.Spool;
using VirtAgents.Core.Model;

namespace VirtAgents.Agent.Tests.Spool;

/// <summary>A spool directory of its own for one test.</summary>
internal sealed class SpoolBench : IDisposable
{
    public static readonly HostId Host = new(new Guid("11111111-2222-3333-4444-555555555555"));

    public SpoolBench() => Path = Directory.CreateTempSubdirectory("virtagents-spool-").FullName;

    public string Path { get; }

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));

    public SpoolLimits Limits { get; init; } = new(64 << 20, TimeSpan.FromHours(24), 64 << 10);

    public string[] Segments => [.. Directory.GetFiles(Path, "*.seg").Order(StringComparer.Ordinal)];

    public MessageSpool Open(HostId? host = null) => MessageSpool.Open(Path, host ?? Host, Limits, Time, NullLogger.Instance);

    public MessageSpool InMemory() => MessageSpool.InMemory(Host, Limits, Time, NullLogger.Instance);

    /// <summary>Copies what a killed process would leave behind.</summary>
    public SpoolBench Copy()
    {
        var copy = new SpoolBench { Limits = Limits };
        foreach (string file in Directory.GetFiles(Path).Where(f => !f.EndsWith("lock", StringComparison.Ordinal)))
        {
            File.Copy(file, System.IO.Path.Combine(copy.Path, System.IO.Path.GetFileName(file)));
        }

        return copy;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);

    public static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    public static List<string> ReadAll(MessageSpool spool, long after = 0, bool eventsOnly = false)
    {
        using SpoolCursor cursor = spool.OpenCursor(after, eventsOnly);
        return ReadRest(cursor);
    }

    /// <summary>Each record as <c>R3 text @inventory-version</c>.</summary>
    public static List<string> ReadRest(SpoolCursor cursor)
    {
        var lines = new List<string>();
        while (cursor.TryRead(out SpoolRecord record))
        {
            char kind = record.Kind == RecordKind.Report ? 'R' : 'E';
            lines.Add($"{kind}{record.Sequence} {Encoding.UTF8.GetString(record.Payload.Span)} @{cursor.Inventory?.Version}");
        }

        return lines;
    }
}
