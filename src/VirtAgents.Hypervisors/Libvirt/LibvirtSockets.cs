namespace VirtAgents.Hypervisors.Libvirt;

/// <summary>Finds the daemon of this host by its sockets.</summary>
public static class LibvirtSockets
{
    /// <summary>Read-only sockets of the monolithic and of the modular daemon, below <c>/run</c>.</summary>
    private static readonly string[] Names = ["libvirt/libvirt-sock-ro", "libvirt/virtqemud-sock-ro"];

    private const string ReadOnlySuffix = "-ro";

    /// <summary>URI of the first socket that is there; null when there is none, which may change at any time.</summary>
    public static string? FindUri(string runDirectory = "/run")
    {
        string? socket = Names.Select(name => Path.Combine(runDirectory, name)).FirstOrDefault(File.Exists);
        return socket is null ? null : $"qemu+unix:///system?socket={socket}";
    }

    /// <summary>URI of the first socket over which one may act; null when there is none, which may change at any time.</summary>
    public static string? FindUriToAct(string runDirectory = "/run")
    {
        string? socket = Names.Select(name => Path.Combine(runDirectory, name[..^ReadOnlySuffix.Length])).FirstOrDefault(File.Exists);
        return socket is null ? null : $"qemu+unix:///system?socket={socket}";
    }

    /// <summary>The same daemon's URI for acting: one that names a read-only socket, for sampling, names the other socket then.</summary>
    internal static string? ToAct(string? uri) =>
        uri is not null && uri.EndsWith($"-sock{ReadOnlySuffix}", StringComparison.Ordinal) ? uri[..^ReadOnlySuffix.Length] : uri;

    /// <summary>The sockets that are looked for, for messages.</summary>
    public static string Describe(string runDirectory = "/run") =>
        string.Join(" and ", Names.Select(name => Path.Combine(runDirectory, name)));
}
