using System.Globalization;

namespace VirtAgents.Testbed;

/// <summary>A raw image behind a network block device server of its own, which can be made to hang. Disposing it kills the server.</summary>
public sealed class ImageServer : IAsyncDisposable
{
    private readonly string _name;

    private ImageServer(string name, string diskXml) => (_name, DiskXml) = (name, diskXml);

    /// <summary>The <c>disk</c> element of a VM that uses it.</summary>
    public string DiskXml { get; }

    /// <summary>Starts a server; call it while a host is held, since the first host removes what earlier test programs left.</summary>
    /// <param name="name">Name of the image.</param>
    /// <param name="mib">Size of a new image in MiB.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task<ImageServer> StartAsync(string name, int mib, CancellationToken cancellationToken = default)
    {
        await StorageAsync(["stop", name], cancellationToken); // one that a test left behind which failed half-way
        await StorageAsync(["serve", name, mib.ToString(CultureInfo.InvariantCulture)], cancellationToken);
        return new ImageServer(name, await StorageAsync(["disk", name], cancellationToken));
    }

    /// <summary>Answers nothing from now on: a VM that is being started waits, and does not fail.</summary>
    public Task HangAsync(CancellationToken cancellationToken = default) => StorageAsync(["hang", _name], cancellationToken);

    /// <summary>Answers again.</summary>
    public Task WakeAsync(CancellationToken cancellationToken = default) => StorageAsync(["wake", _name], cancellationToken);

    /// <inheritdoc />
    public async ValueTask DisposeAsync() => await StorageAsync(["stop", _name], CancellationToken.None);

    private static Task<string> StorageAsync(IEnumerable<string> arguments, CancellationToken cancellationToken) =>
        Command.ScriptAsync("storage.sh", arguments, cancellationToken);
}
