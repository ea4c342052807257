using System.Globalization;
using System.Text;
using VirtAgents.Core.Model;
using VirtAgents.Hypervisors;

namespace VirtAgents.Agent.Witness;

/// <summary>Definitions of VMs in one directory that hosts share: each host has a directory of its own there, with a file for each VM.</summary>
internal sealed class DefinitionDirectory(string path, TimeProvider time)
{
    private const string Ending = ".xml";
    private const UnixFileMode OwnerAndGroup = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute;

    private readonly PatientStorage _writes = new(1, time);
    private readonly PatientStorage _reads = new(HeartbeatDirectory.MostReads, time);

    public string Path => path;

    /// <summary>VMs of which a host keeps a definition here.</summary>
    /// <exception cref="IOException">It could not be read; nor in time, nor with the rights there are, with exceptions of their own.</exception>
    public Task<IReadOnlyList<VmId>> ListAsync(HostId host, TimeSpan patience, CancellationToken stop) => _writes.TouchAsync(
        IReadOnlyList<VmId> () => Directory.Exists(DirectoryOf(host))
            ? [.. Directory.EnumerateFiles(DirectoryOf(host), "*" + Ending)
                .Select(file => Guid.TryParseExact(System.IO.Path.GetFileNameWithoutExtension(file), "D", out Guid vm) ? vm : Guid.Empty)
                .Where(vm => vm != Guid.Empty).Select(vm => new VmId(vm))]
            : [],
        patience,
        stop);

    /// <summary>Writes a definition, whole or not at all.</summary>
    /// <exception cref="IOException">As of <see cref="ListAsync"/>.</exception>
    public Task WriteAsync(HostId host, VmId vm, string text, TimeSpan patience, CancellationToken stop) => _writes.TouchAsync(
        () =>
        {
            Directory.CreateDirectory(DirectoryOf(host), OwnerAndGroup);
            File.SetUnixFileMode(DirectoryOf(host), OwnerAndGroup);
            PatientStorage.Write(FileOf(host, vm), Encoding.UTF8.GetBytes(text));
            return true;
        },
        patience,
        stop);

    /// <summary>Takes a definition away, if it is there.</summary>
    /// <exception cref="IOException">As of <see cref="ListAsync"/>.</exception>
    public Task DeleteAsync(HostId host, VmId vm, TimeSpan patience, CancellationToken stop) => _writes.TouchAsync(
        () =>
        {
            File.Delete(FileOf(host, vm));
            return true;
        },
        patience,
        stop);

    /// <summary>The bytes that a host keeps for a VM; null = there is no file.</summary>
    /// <exception cref="IOException">As of <see cref="ListAsync"/>, or the file is too long to be a definition.</exception>
    public Task<byte[]?> ReadAsync(HostId host, VmId vm, TimeSpan patience, CancellationToken stop) =>
        _reads.TouchAsync(() => Read(FileOf(host, vm)), patience, stop);

    private static byte[]? Read(string file)
    {
        try
        {
            using FileStream stream = File.OpenRead(file);
            if (stream.Length > VmDefinition.MostBytes)
            {
                throw new IOException(string.Create(CultureInfo.InvariantCulture, $"{file} has {stream.Length} bytes (at most {VmDefinition.MostBytes})"));
            }

            byte[] bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            return bytes;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    private string DirectoryOf(HostId host) => System.IO.Path.Combine(path, $"virtagents-vms-{host.Value:D}");

    private string FileOf(HostId host, VmId vm) => System.IO.Path.Combine(DirectoryOf(host), $"{vm.Value:D}{Ending}");
}
