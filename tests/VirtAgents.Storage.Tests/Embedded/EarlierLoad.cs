using VirtAgents.Core.Model;

namespace VirtAgents.Storage.Tests.Embedded;

/// <summary>
/// The reports in <c>Fixtures/schema-version-3.db.br</c>: a host with three VMs and a disk, for two hours and ten minutes. The program
/// that had schema version 3 wrote them one batch a tick, sealed the hours that had ended, and wrote the rest.
/// </summary>
internal static class EarlierLoad
{
    public const long StartUnixMs = 1_748_736_000_000;
    public const int Ticks = 780;
    private const int Hosts = 1, Vms = 3;

    public static IEnumerable<WriteBatch> Batches()
    {
        var random = new Random(3);
        long[] cells = new long[Hosts * Vms * 8];
        for (int tick = 0; tick < Ticks; tick++)
        {
            yield return new WriteBatch([.. Enumerable.Range(0, Hosts).Select(host => ReportOf(host, tick, random, cells))], [], [], []);
        }
    }

    private static ReportRecord ReportOf(int host, int tick, Random random, long[] cells)
    {
        var samples = new SampleSet { TimeUnixMs = StartUnixMs + (tick * 10_000L) + host, Tier = SampleTier.Slow };
        Subject?[] subjects =
            [new Subject(SubjectKind.Host, Id(900 + host), ""), .. Enumerable.Range(0, Vms).Select(vm => VmOf(host, vm)), new Subject(SubjectKind.VmDisk, VmOf(host, 1).Owner, "vda")];
        SampleTable table = samples.Add(
            SubjectKind.Vm, [Metric.VmCpuTime, Metric.VmCpuDelay, Metric.VmVcpuDelay, Metric.VmMemoryRss, Metric.VmBalloonMaximum, Metric.VmVcpuCount, Metric.VmStateCode]);
        for (int vm = 0; vm < Vms; vm++)
        {
            Span<long> cell = cells.AsSpan(((host * Vms) + vm) * 8, 8);
            Advance(cell, vm, random);
            table.AddRow(vm + 1);
            long?[] row = [cell[0], cell[1], cell[1], (1L << 30) + (cell[2] * 4096), 3L << 30, 1 + vm, 1];
            for (int column = 0; column < row.Length; column++)
            {
                if (row[column] is long value && random.Next(200) > 0)
                {
                    table.Set(vm, column, value);
                }
            }
        }

        SampleTable disks = samples.Add(SubjectKind.VmDisk, [Metric.DiskReads, Metric.DiskReadTime]);
        disks.AddRow(Vms + 1);
        disks.Set(0, 0, cells[(host * Vms * 8) + 6] += random.Next(3));
        disks.Set(0, 1, cells[(host * Vms * 8) + 7] += random.NextInt64(4_000_000));
        return new ReportRecord(new HostId(Id(900 + host)), new BootId(Id(950 + host)), 1 + tick, samples, subjects);
    }

    // An idle VM, a busy one, and one whose counters begin anew now and then.
    private static void Advance(Span<long> cell, int vm, Random random)
    {
        cell[0] = vm == 2 && random.Next(100) == 0 ? 0 : cell[0] + (random.Next(vm == 0 ? 2 : 900) * 10_000_000L);
        cell[1] += random.NextInt64(vm == 0 ? 20_000 : 80_000_000);
        cell[2] += random.NextInt64(-16, 17) * vm;
    }

    private static Subject VmOf(int host, int vm) => new(SubjectKind.Vm, Id((host * Vms) + vm), "");

    private static Guid Id(int number) => new(number, 3, 7, [1, 2, 3, 4, 5, 6, 7, 8]);
}
