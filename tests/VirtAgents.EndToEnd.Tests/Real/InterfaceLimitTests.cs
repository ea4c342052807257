using System.Globalization;

namespace VirtAgents.EndToEnd.Tests.Real;

/// <summary>A limit of what a VM receives holds, measured on the VM's interface while its host sends more.</summary>
[Collection(RealEstateGroup.Name)]
[Trait("needs", "libvirt")]
public sealed class InterfaceLimitTests(RealEstate estate)
{
    private const long Limit = 250_000;
    private const int Seconds = 4;

    /// <summary>Floods the bridge with broadcasts of 1,400 bytes, about 4 MB/s, and prints how many bytes an interface sent per second.</summary>
    private const string Flood = """
        import socket, sys, time
        out = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
        out.bind(("br0", 0))
        frame = b"\xff" * 6 + b"\x02\x00\x00\x00\x00\x01" + b"\x88\xb5" + bytes(1400)
        sent = lambda: int(open("/proc/net/dev").read().split(sys.argv[1] + ":")[1].split()[8])
        def flood(seconds):
            end = time.monotonic() + seconds
            while time.monotonic() < end:
                for _ in range(30):
                    out.send(frame)
                time.sleep(0.01)
        flood(1)
        before, start = sent(), time.monotonic()
        flood(float(sys.argv[2]))
        print((sent() - before) / (time.monotonic() - start))
        """;

    [Fact]
    public async Task SetNicLimit_HoldsWhileItIsSet()
    {
        const string vm = "received";
        await estate.First.StartVmAsync(vm, cancellationToken: TestContext.Current.CancellationToken);
        await estate.StateIsAsync(vm, "running");
        string[] card = (await estate.First.VirshAsync("domiflist", vm)).Split('\n').Single(l => l.Contains("bridge", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        (string tap, string mac) = (card[0], card[^1]);

        Assert.True(await ReceivedAsync(tap) > 4 * Limit, "the flood itself is too slow to show a limit");
        Assert.Contains($"{mac} in_bytes_per_second=0", await LimitsAsync(vm), StringComparison.Ordinal);
        await SendAsync(vm, mac, Limit);
        await SeesAsync(vm, $"{mac} in_bytes_per_second={Limit}");
        Assert.InRange(await ReceivedAsync(tap), Limit * 0.7, Limit * 1.15);
        Assert.Contains($"in_bytes_per_second={Limit} is in force and not 0: somebody has set it", await RefusedAsync(vm, mac, onlyIf: 0), StringComparison.Ordinal);
        await SendAsync(vm, mac, 0);
        Assert.True(await ReceivedAsync(tap) > 4 * Limit, "the limit is still there");
        await SeesAsync(vm, $"{mac} in_bytes_per_second=0");
    }

    private async Task<string> LimitsAsync(string vm)
    {
        (int exitCode, string output) = await estate.Installation.TryVirtctlAsync("vm", "show", vm, "-o", "json");
        Assert.True(exitCode == 0, output);
        return output;
    }

    /// <summary>libvirt tells no event of it, so the agent reads it anew after the directive.</summary>
    private async Task SeesAsync(string vm, string limit)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(500));
        for (int left = 60; !(await LimitsAsync(vm)).Contains(limit, StringComparison.Ordinal); left--)
        {
            Assert.True(left > 0, $"{limit} is not in the inventory");
            _ = await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
    }

    private async Task<double> ReceivedAsync(string tap) => double.Parse(
        await estate.First.InHostAsync("python3", "-c", Flood, tap, Seconds.ToString(CultureInfo.InvariantCulture)), CultureInfo.InvariantCulture);

    private async Task<string> RefusedAsync(string vm, string mac, long onlyIf)
    {
        (int exitCode, string output) = await estate.Installation.TryVirtctlAsync(
            "directive", "send", "set_nic_limit", vm, "--param", $"mac={mac}", "--param", "in_bytes_per_second=0", "--param", $"only_if_in_bytes_per_second={onlyIf}",
            "--wait", "80s", "--yes", "--reason", "test", "-o", "json");
        Assert.NotEqual(0, exitCode);
        return output;
    }

    private async Task SendAsync(string vm, string mac, long bytesPerSecond)
    {
        (int exitCode, string output) = await estate.Installation.TryVirtctlAsync(
            "directive", "send", "set_nic_limit", vm, "--param", $"mac={mac}", "--param", $"in_bytes_per_second={bytesPerSecond}",
            "--wait", "80s", "--yes", "--reason", "test", "-o", "json");
        Assert.True(exitCode == 0, output);
    }
}
