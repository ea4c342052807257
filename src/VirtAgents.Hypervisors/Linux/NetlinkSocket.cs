using System.ComponentModel;
using System.Runtime.InteropServices;

namespace VirtAgents.Hypervisors.Linux;

/// <summary>A question to the kernel over a route netlink socket of its own, closed after the answer.</summary>
internal static unsafe partial class NetlinkSocket
{
    private const int NetlinkFamily = 16;
    private const int RawCloseOnExec = 3 | 0x80000;
    private const int HeaderSize = 16;
    private const int AnswerSize = 64 * 1024;
    private const ushort ErrorType = 2;
    private const ushort DoneType = 3;

    /// <summary>Sends a request and gives the bodies of the answers: none when the kernel has only acknowledged.</summary>
    /// <exception cref="Win32Exception">The kernel refused; its number says why.</exception>
    public static List<byte[]> Ask(byte[] request)
    {
        int handle = socket(NetlinkFamily, RawCloseOnExec, 0);
        if (handle < 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        }

        try
        {
            fixed (byte* bytes = request)
            {
                return send(handle, bytes, request.Length, 0) < 0 ? throw new Win32Exception(Marshal.GetLastPInvokeError()) : ReadAll(handle);
            }
        }
        finally
        {
            _ = LibC.close(handle);
        }
    }

    private static List<byte[]> ReadAll(int handle)
    {
        List<byte[]> bodies = [];
        byte[] buffer = new byte[AnswerSize];
        while (true)
        {
            nint length;
            fixed (byte* bytes = buffer)
            {
                length = recv(handle, bytes, buffer.Length, 0);
            }

            if (length < 0)
            {
                throw new Win32Exception(Marshal.GetLastPInvokeError());
            }

            if (IsEnd(buffer.AsSpan(0, (int)length), bodies))
            {
                return bodies;
            }
        }
    }

    /// <summary>Takes the messages of a datagram; whether the last of all was among them.</summary>
    private static bool IsEnd(ReadOnlySpan<byte> datagram, List<byte[]> bodies)
    {
        while (datagram.Length >= HeaderSize)
        {
            int length = (int)Math.Min(BitConverter.ToUInt32(datagram), (uint)datagram.Length);
            ushort type = BitConverter.ToUInt16(datagram[4..]);
            if (type == ErrorType)
            {
                int error = BitConverter.ToInt32(datagram[HeaderSize..]);
                return error == 0 ? true : throw new Win32Exception(-error);
            }

            if (type == DoneType || length < HeaderSize)
            {
                return true;
            }

            bodies.Add(datagram[HeaderSize..length].ToArray());
            datagram = datagram[Math.Min(NetlinkRequest.Align(length), datagram.Length)..];
        }

        return false;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int socket(int family, int type, int protocol);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint send(int handle, byte* bytes, nint length, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint recv(int handle, byte* bytes, nint length, int flags);
}
