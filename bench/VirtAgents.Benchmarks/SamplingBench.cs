using System.Diagnostics;
using System.Globalization;
using VirtAgents.Core.Model;
using VirtAgents.Hypervisors.Linux;

namespace VirtAgents.Benchmarks;

/// <summary>
/// CPU of a fast tick, kernel time included, beside the floor: a C program that reads the very same files.
/// </summary>
/// <remarks>
/// <c>sampling qemu [TICKS] [GAP_MS]</c> measures with the QEMU processes that can be seen (run it inside a host of the
/// testbed to see its taps too), <c>sampling N [TICKS] [GAP_MS]</c> with N ordinary processes.
/// </remarks>
internal static class SamplingBench
{
    private const int Rounds = 5, WarmUp = 80;

    public static int Run(string[] args)
    {
        int ticks = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 40;
        int gapMs = args.Length > 2 ? int.Parse(args[2], CultureInfo.InvariantCulture) : 20;
        using SamplingSubjects subjects = args.Length > 0 && args[0] != "qemu"
            ? SamplingSubjects.Start(int.Parse(args[0], CultureInfo.InvariantCulture))
            : SamplingSubjects.FindQemu();
        if (subjects.Processes.Length == 0)
        {
            Console.Error.WriteLine("no QEMU process can be seen; give a number to measure with so many ordinary processes");
            return 1;
        }

        Console.WriteLine($"sampling: {subjects.Description}, median of {Rounds} rounds of {ticks} ticks, {gapMs} ms apart");
        using QemuProcessReader vms = new(LinuxRoots.Default);
        using HostReader host = new(LinuxRoots.Default);
        Func<SubjectKind, string, int> indexOf = (_, name) => 20_000 + name.Length;
        SampleSet set = new();
        Action vmTick = () => vms.Read(subjects.Processes, set);
        Action hostTick = () => host.Read(set, indexOf);

        Measured vm = Measure(vmTick, set, ticks, gapMs, () => set.Find(SubjectKind.Vm)!.RowCount == subjects.Processes.Length);
        string[] vmFiles = OpenKernelFiles();
        Measured own = Measure(hostTick, set, ticks, gapMs, () => set.Find(SubjectKind.Host)!.RowCount == 1);
        string[] hostFiles = [.. OpenKernelFiles().Except(vmFiles)];
        Print("VMs", vm, vmFiles, ticks, gapMs);
        Print("host", own, hostFiles, ticks, gapMs);
        Console.WriteLine(Invariant($"resident memory {SelfUsage.RssBytes() / 1048576.0:F1} MiB; {Machine.Describe()}"));
        return 0;
    }

    private static void Print(string what, Measured measured, string[] files, int ticks, int gapMs)
    {
        Console.WriteLine(Invariant($"{what}: {measured.CpuMs:F3} ms CPU per tick, {measured.Allocated:F0} bytes allocated per tick, {files.Length} files"));
        if (Floor(files, ticks, gapMs) is (double opened, double kept))
        {
            Console.WriteLine(Invariant($"  floor in C: {opened:F3} ms opening each file ({measured.CpuMs / opened:F2} times that), {kept:F3} ms keeping them open ({measured.CpuMs / kept:F2} times)"));
        }
    }

    private static Measured Measure(Action tick, SampleSet set, int ticks, int gapMs, Func<bool> didItsWork)
    {
        List<Measured> rounds = [];
        for (int round = -1; round < Rounds; round++)
        {
            int count = round < 0 ? WarmUp : ticks;
            long bytes = GC.GetAllocatedBytesForCurrentThread();
            double cpu = 0;
            for (int i = 0; i < count; i++)
            {
                set.Reset();
                Pause(round < 0 ? 1 : gapMs);
                long before = SelfUsage.CpuNanoseconds();
                tick();
                cpu += SelfUsage.CpuNanoseconds() - before;
            }

            if (!didItsWork())
            {
                throw new InvalidOperationException("a tick did not read every subject");
            }

            rounds.Add(new Measured(cpu / count / 1e6, (double)(GC.GetAllocatedBytesForCurrentThread() - bytes) / count));
        }

        rounds.RemoveAt(0);
        return new Measured(Machine.Median(rounds.Select(r => r.CpuMs)), Machine.Median(rounds.Select(r => r.Allocated)));
    }

    /// <summary>Between ticks the processes run and caches grow cold, as they do in earnest.</summary>
    private static void Pause(int milliseconds)
    {
        using ManualResetEventSlim never = new();
        _ = never.Wait(milliseconds);
    }

    /// <summary>The files that the readers hold open are those that they read.</summary>
    private static string[] OpenKernelFiles() =>
    [
        .. Directory.EnumerateFiles("/proc/self/fd")
            .Select(path => new FileInfo(path).LinkTarget ?? "")
            .Where(path => (path.StartsWith("/proc/", StringComparison.Ordinal) || path.StartsWith("/sys/", StringComparison.Ordinal))
                && !path.StartsWith($"/proc/{Environment.ProcessId}/", StringComparison.Ordinal) && File.Exists(path))
            .Append("/proc/net/dev").Distinct().Order(StringComparer.Ordinal),
    ];

    private static (double Opened, double Kept)? Floor(string[] files, int ticks, int gapMs)
    {
        string program = Path.Combine(Path.GetTempPath(), "virtagents-sampling-floor");
        string source = Path.Combine(AppContext.BaseDirectory, "SamplingFloor.c");
        try
        {
            _ = Execute("cc", ["-O2", "-o", program, source], "");
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Console.WriteLine("  no floor: there is no C compiler (cc)");
            return null;
        }

        string[] figures = Execute(program, [$"{ticks}", $"{gapMs}"], string.Join('\n', files)).Trim().Split(' ');
        File.Delete(program);
        return (double.Parse(figures[0], CultureInfo.InvariantCulture), double.Parse(figures[1], CultureInfo.InvariantCulture));
    }

    private static string Execute(string program, string[] arguments, string input)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"{program} ended with status {process.ExitCode}");
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private readonly record struct Measured(double CpuMs, double Allocated);
}
