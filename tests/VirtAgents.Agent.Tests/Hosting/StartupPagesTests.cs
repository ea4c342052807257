using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using VirtAgents.Agent.Hosting;

namespace VirtAgents.Agent.Tests.Hosting;

public sealed class StartupPagesTests
{
    [Fact]
    public void Parse_Smaps_GivesOnlyFilesThatWereNeverChangedAndCannotBe()
    {
        string[] smaps =
        [
            "00400000-00500000 r-xp 00000000 08:01 17 /usr/bin/virtagent", "Rss: 900 kB", "Anonymous:             0 kB", "VmFlags: rd ex",
            "00500000-00600000 r--p 00100000 08:01 17 /usr/bin/virtagent", "Anonymous:            16 kB",
            "00600000-00601000 rw-p 00200000 08:01 17 /usr/bin/virtagent", "Anonymous:             0 kB",
            "00700000-00708000 r--p 00000000 08:01 18 /usr/lib/a b.so (deleted)", "Anonymous:             0 kB",
            "00800000-00801000 r--s 00000000 08:01 19 /var/cache/x", "Anonymous:             0 kB",
            "7ffd0000-7ffd1000 r-xp 00000000 00:00 0 [vdso]", "Anonymous:             0 kB",
            "7fff0000-7fff1000 r--p 00000000 00:00 0", "Anonymous:             0 kB",
        ];
        Assert.Equal([new CleanMapping(0x400000, 0x100000), new CleanMapping(0x700000, 0x8000)], CleanMapping.Parse(smaps));
    }

    [Fact]
    public void Release_OfThisProcess_GivesPagesBackAndGoesOn()
    {
        long before = ResidentOfFiles();
        Assert.True(StartupPages.Release() > 0);
        Assert.InRange(ResidentOfFiles(), 1, before - 1);
    }

    [Fact]
    public async Task Execute_AfterTheStart_ReleasesAndEnds()
    {
        var time = new FakeTimeProvider();
        using var pages = new StartupPages(time, NullLogger<StartupPages>.Instance);
        await pages.StartAsync(TestContext.Current.CancellationToken);
        Assert.False(pages.ExecuteTask!.IsCompleted);
        await Patience.UntilAsync(() =>
        {
            time.Advance(StartupPages.After[^1]);
            return pages.ExecuteTask.IsCompleted;
        });
        await pages.ExecuteTask;
    }

    private static long ResidentOfFiles() =>
        long.Parse(File.ReadLines("/proc/self/status").Single(l => l.StartsWith("RssFile:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], System.Globalization.CultureInfo.InvariantCulture);
}
