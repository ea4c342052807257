using VirtAgents.EndToEnd.Tests.Product;
using VirtAgents.Testbed;

namespace VirtAgents.EndToEnd.Tests.Real;

/// <summary>
/// Three VMs of the first host on which a start, a reboot and a move take as long as a test wants, and what libvirt's own log
/// and the guest say of how often each was carried out.
/// </summary>
public sealed class CrashCast(RealEstate estate) : IAsyncLifetime
{
    /// <summary>The VM that is off, the one whose guest reboots, and the one that moves.</summary>
    internal const string Starter = "starter", Rebooter = "rebooter", Mover = "traveller";

    /// <summary>So slow that a move does not end by itself while a test looks.</summary>
    internal const string Slow = "bandwidth_bytes_per_second=1048576";

    private ImageServer? _image;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    /// <summary>Leaves the hosts as they were, whatever state a test that failed has left the VMs in.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (TestbedHost host in new[] { estate.First, estate.Second })
        {
            string[] running = (await host.VirshAsync("list", "--name")).Split('\n');
            foreach (string vm in running.Intersect([Starter, Rebooter, Mover]))
            {
                await host.VirshAsync("destroy", vm);
            }
        }

        if (_image is not null)
        {
            await _image.DisposeAsync();
        }
    }

    /// <summary>Makes the VMs where they are missing, and puts each in the place from which it is ordered to do something.</summary>
    internal async Task GatherAsync(CancellationToken cancellationToken)
    {
        _image ??= await ImageServer.StartAsync(Starter, mib: 1, cancellationToken);
        if (!(await NamesAsync(estate.First)).Contains(Rebooter))
        {
            await estate.First.StartVmAsync(Starter, new TestVmOptions { Halted = true, DiskXml = _image.DiskXml }, cancellationToken);
            await estate.First.StartVmAsync(Rebooter, new TestVmOptions { WaitUntilBooted = false }, cancellationToken);
            await estate.First.StartVmAsync(Mover, new TestVmOptions { WaitUntilBooted = false }, cancellationToken);
        }

        if ((await NamesAsync(estate.Second)).Contains(Mover))
        {
            await estate.Second.VirshAsync("migrate", "--live", "--p2p", "--persistent", "--undefinesource", "--unsafe", Mover, estate.First.TcpUri);
        }

        if ((await estate.First.VirshAsync("list", "--name")).Split('\n').Contains(Starter))
        {
            await estate.First.VirshAsync("destroy", Starter);
        }

        await estate.First.VmCommandAsync(Rebooter, "state", cancellationToken);
        await estate.StateIsAsync(Starter, "shut-off");
        await IsOnFirstAsync(Mover);
    }

    /// <summary>From now on a start, a reboot and a move that is <see cref="Slow"/> do not end before <see cref="LetGoAsync"/>.</summary>
    internal async Task HoldAsync()
    {
        await _image!.HangAsync();
        await estate.First.VmCommandAsync(Rebooter, "button hold");
    }

    internal async Task LetGoAsync()
    {
        await _image!.WakeAsync();
        await estate.First.VmCommandAsync(Rebooter, "button obey");
        await estate.First.VirshAsync("migrate-setspeed", Mover, "1000");
    }

    /// <summary>What was carried out until now, whoever ordered it.</summary>
    internal async Task<CarriedOut> CountAsync() => new(
        await CountAsync(estate.First, "starting up libvirt", $"qemu/{Starter}.log"),
        await CountAsync(estate.First, "virtagents: button", $"{Rebooter}.console"),
        await CountAsync(estate.First, "virtagents: ready", $"{Rebooter}.console"),
        await CountAsync(estate.First, "initiating migration", $"qemu/{Mover}.log"),
        await CountAsync(estate.Second, "starting up libvirt", $"qemu/{Mover}.log"));

    /// <summary>Waits until the guest has booted so often.</summary>
    internal Task<TimeSpan> BootsAreAsync(int boots) => Eventually.HoldsAsync(RealEstate.Patience, async () =>
        (await CountAsync()).Boots is var seen && seen == boots ? null : $"{Rebooter} has booted {seen} times, wanted are {boots}");

    /// <summary>Waits until so much was carried out.</summary>
    internal Task<TimeSpan> IsCarriedOutAsync(CarriedOut wanted) => Eventually.HoldsAsync(RealEstate.Patience, async () =>
        await CountAsync() is var seen && seen == wanted ? null : $"carried out was {seen}, wanted is {wanted}");

    /// <summary>On which of the two hosts the mover runs; both names when it runs twice.</summary>
    internal async Task<string> PlaceOfMoverAsync()
    {
        List<string> places = [];
        foreach (TestbedHost host in new[] { estate.First, estate.Second })
        {
            if ((await host.VirshAsync("list", "--state-running", "--name")).Split('\n').Contains(Mover))
            {
                places.Add(host.Name);
            }
        }

        return string.Join(" and ", places);
    }

    private static async Task<string[]> NamesAsync(TestbedHost host) => (await host.VirshAsync("list", "--all", "--name")).Split('\n');

    private static async Task<int> CountAsync(TestbedHost host, string words, string file) =>
        (await host.InHostAsync("sh", "-c", $"cat /var/log/libvirt/{file} 2>/dev/null || :")).Split(words).Length - 1;

    private Task<TimeSpan> IsOnFirstAsync(string vm) => Eventually.HoldsAsync(RealEstate.Patience, async () =>
        (await estate.StateIsAsync(vm, "running")).GetProperty("host").GetString() is var host && host == estate.First.Name ? null : $"{vm} is shown on {host}");
}

/// <summary>How often something was done to the VMs of the cast.</summary>
/// <param name="Starts">Starts of the VM that is off, in the log of libvirt.</param>
/// <param name="Presses">Times the guest saw its power button pressed.</param>
/// <param name="Boots">Times the guest has booted.</param>
/// <param name="Departures">Moves that the source began, in the log of libvirt.</param>
/// <param name="Arrivals">Moves that the target took in, in the log of libvirt.</param>
internal sealed record CarriedOut(int Starts, int Presses, int Boots, int Departures, int Arrivals)
{
    public CarriedOut Plus(CarriedOut other) => new(
        Starts + other.Starts, Presses + other.Presses, Boots + other.Boots, Departures + other.Departures, Arrivals + other.Arrivals);
}
