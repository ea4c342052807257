using System.Diagnostics;
using System.Globalization;
using VirtAgents.Core.Model;
using VirtAgents.Hypervisors.Linux;

namespace VirtAgents.Benchmarks;

/// <summary>What the sampling measurement reads: the QEMU processes of this machine or ordinary ones started for it.</summary>
internal sealed class SamplingSubjects : IDisposable
{
    private readonly List<Process> _started = [];

    public required QemuProcess[] Processes { get; init; }

    public required string Description { get; init; }

    /// <summary>Every QEMU that can be seen, each with one of the taps that can be seen.</summary>
    public static SamplingSubjects FindQemu()
    {
        string[] taps = [.. Directory.EnumerateDirectories("/sys/class/net")
            .Where(path => File.Exists($"{path}/tun_flags")).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];
        int[] pids = [.. Directory.EnumerateDirectories("/proc")
            .Where(path => char.IsAsciiDigit(Path.GetFileName(path)[0]) && NameOf(path).StartsWith("qemu-system", StringComparison.Ordinal))
            .Select(path => int.Parse(Path.GetFileName(path), CultureInfo.InvariantCulture)).Order()];
        QemuProcess[] processes = [.. pids.Select((pid, i) => Describe(i, pid, i < taps.Length ? taps[i] : ""))];
        return new SamplingSubjects { Processes = processes, Description = $"{pids.Length} QEMU processes, {Math.Min(pids.Length, taps.Length)} taps" };
    }

    /// <summary>Processes that only sleep: no vCPU threads, no groups, no taps.</summary>
    public static SamplingSubjects Start(int count)
    {
        List<Process> started = [.. Enumerable.Range(0, count).Select(_ => Process.Start("sleep", "3600"))];
        SamplingSubjects subjects = new()
        {
            Processes = [.. started.Select((process, i) => Describe(i, process.Id, ""))],
            Description = $"{count} ordinary processes",
        };
        subjects._started.AddRange(started);
        return subjects;
    }

    public void Dispose()
    {
        foreach (Process process in _started)
        {
            process.Kill();
            process.Dispose();
        }
    }

    private static QemuProcess Describe(int number, int pid, string tap) =>
        new(new VmId(new Guid(number + 1, 0, 0, new byte[8])), number + 1, pid, tap.Length == 0 ? [] : [(10_000 + number, tap)]);

    private static string NameOf(string path)
    {
        try
        {
            return File.ReadAllText($"{path}/comm");
        }
        catch (IOException)
        {
            return ""; // it ended while we looked
        }
    }
}
