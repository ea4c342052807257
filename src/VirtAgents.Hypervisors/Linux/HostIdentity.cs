using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using VirtAgents.Core.Model;

namespace VirtAgents.Hypervisors.Linux;

/// <summary>The identity of a host that nobody has to configure and that survives reboots and updates of the agent.</summary>
/// <remarks>
/// It is made from <c>/etc/machine-id</c>, else from the UUID of the machine's firmware, by a keyed hash: the machine id
/// itself should not leave the host (machine-id(5)). Written as a UUID of version 8. Hosts that were cloned with their
/// machine id get the same identity, which the collector refuses: give the clone a new machine id.
/// </remarks>
public static class HostIdentity
{
    private const string NothingFirmware = "00000000-0000-0000-0000-000000000000";
    private static readonly byte[] Purpose = "virtagents host identity, first form"u8.ToArray();

    /// <summary>Reads the identity; false, with what to do, when the host has none.</summary>
    public static bool TryRead(LinuxRoots roots, out HostId id, [NotNullWhen(false)] out string? problem)
    {
        ArgumentNullException.ThrowIfNull(roots);
        string machineFile = $"{roots.Etc}/machine-id";
        string firmwareFile = $"{roots.Sys}/class/dmi/id/product_uuid";
        string? source = ReadUuid(machineFile) ?? ReadUuid(firmwareFile);
        id = source is null ? default : new HostId(Derive(source));
        problem = source is null
            ? $"this host has no identity: neither {machineFile} (32 hexadecimal digits, see systemd-machine-id-setup) nor {firmwareFile} can be read"
            : null;
        return source is not null;
    }

    private static Guid Derive(string source)
    {
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(Encoding.ASCII.GetBytes(source), Purpose, hash);
        Span<byte> uuid = hash[..16];
        uuid[6] = (byte)((uuid[6] & 0x0F) | 0x80);
        uuid[8] = (byte)((uuid[8] & 0x3F) | 0x80);
        return new Guid(uuid, bigEndian: true);
    }

    /// <summary>The UUID in a file, in one form whatever form the file has; null when there is none worth using.</summary>
    private static string? ReadUuid(string path)
    {
        try
        {
            string text = File.ReadAllText(path).Trim();
            return Guid.TryParse(text, out Guid uuid) && uuid.ToString() != NothingFirmware ? uuid.ToString("N") : null;
        }
        catch (IOException)
        {
            return null;
        }
        catch (UnauthorizedAccessException)
        {
            return null;
        }
    }
}
