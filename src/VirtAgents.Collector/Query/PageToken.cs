using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace VirtAgents.Collector.Query;

/// <summary>
/// Place in a list of VMs: after which name and UUID to go on. Pages stay right while VMs come and go, since the place
/// is a VM and not a number. It carries a mark of the filters it was made for.
/// </summary>
/// <param name="Filters">Mark of the filters.</param>
/// <param name="Id">UUID of the last VM of the page.</param>
/// <param name="Name">Its name.</param>
internal sealed record PageToken(ulong Filters, Guid Id, string Name)
{
    private const byte Version = 1;
    private const int HeadLength = 1 + sizeof(ulong) + 16;
    private const int LongestText = 2_048;

    /// <summary>A mark that is the same for the same filters.</summary>
    public static ulong MarkOf(params IEnumerable<string> filters) =>
        BitConverter.ToUInt64(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\0', filters))));

    /// <summary>Reads a token of an earlier answer to the same question.</summary>
    /// <exception cref="QueryRefusedException">It is not one.</exception>
    public static PageToken Parse(string text, ulong filters)
    {
        byte[]? bytes = text.Length <= LongestText && Base64Url.IsValid(text) ? Base64Url.DecodeFromChars(text) : null;
        if (bytes is null || bytes.Length < HeadLength || bytes[0] != Version)
        {
            throw QueryRefusedException.Invalid("page_token", text.Length <= 64 ? text : text[..64] + "…", "give next_page_token of the answer before, or nothing for the first page");
        }

        PageToken token = new(BitConverter.ToUInt64(bytes, 1), new Guid(bytes.AsSpan(9, 16), bigEndian: true), Encoding.UTF8.GetString(bytes.AsSpan(HeadLength)));
        return token.Filters == filters
            ? token
            : throw QueryRefusedException.Invalid("page_token", text, "it belongs to a request with other filters; repeat those, or begin without a token");
    }

    /// <summary>The token as text.</summary>
    public override string ToString()
    {
        byte[] bytes = new byte[HeadLength + Encoding.UTF8.GetByteCount(Name)];
        bytes[0] = Version;
        BitConverter.TryWriteBytes(bytes.AsSpan(1), Filters);
        Id.TryWriteBytes(bytes.AsSpan(9), bigEndian: true, out _);
        Encoding.UTF8.GetBytes(Name, bytes.AsSpan(HeadLength));
        return Base64Url.EncodeToString(bytes);
    }

    /// <summary>Whether a VM comes after the place, in the order of <see cref="FleetDirectory.Vms"/>.</summary>
    public bool IsBefore(VmEntry entry)
    {
        int byName = string.CompareOrdinal(Name, entry.Vm.Info.Name);
        return byName < 0 || (byName == 0 && Id.CompareTo(entry.Vm.Info.Id.Value) < 0);
    }
}
