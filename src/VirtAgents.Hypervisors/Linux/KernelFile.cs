using System.Runtime.InteropServices;
using System.Text;

namespace VirtAgents.Hypervisors.Linux;

/// <summary>
/// A file of procfs, sysfs or a cgroup that is read again and again. It stays open while the budget allows: the kernel
/// writes its content anew for a read at offset 0, and a file of a process that has ended answers ESRCH for ever, also
/// when its PID has been given to another process.
/// </summary>
internal sealed unsafe class KernelFile : IDisposable
{
    private const int Closed = -1;
    private readonly int _directory;
    private readonly byte[] _path;
    private readonly FileBudget? _budget;
    private int _file = Closed;

    /// <param name="path">Path, relative to <paramref name="directory"/>.</param>
    /// <param name="budget">Descriptors that may stay open; null = open for each read.</param>
    /// <param name="directory">Descriptor of a directory, owned by the caller.</param>
    public KernelFile(string path, FileBudget? budget, int directory = LibC.CurrentDirectory)
    {
        _directory = directory;
        _budget = budget;
        _path = Encoding.UTF8.GetBytes(path + '\0');
    }

    /// <summary>Opens a directory only to name files below it; negative when it is not there.</summary>
    public static int OpenDirectory(string path)
    {
        fixed (byte* name = Encoding.UTF8.GetBytes(path + '\0'))
        {
            return LibC.openat(LibC.CurrentDirectory, name, LibC.PathOnlyCloseOnExec);
        }
    }

    /// <summary>
    /// Reads with a single call, which is all there is of a file that the kernel makes in one piece and that is shorter
    /// than the buffer. Empty when it cannot be read.
    /// </summary>
    public ReadOnlySpan<byte> Read(byte[] buffer)
    {
        int file = _file >= 0 ? _file : Open();
        int length = file < 0 ? 0 : ReadAt(file, buffer, 0);
        Keep(file, length);
        return length > 0 ? buffer.AsSpan(0, length) : default;
    }

    /// <summary>
    /// Reads a file that the kernel makes record by record, growing the buffer until all fits. Empty when it cannot be read.
    /// </summary>
    public ReadOnlySpan<byte> ReadWhole(ref byte[] buffer)
    {
        int file = _file >= 0 ? _file : Open();
        int total = 0;
        int count = file < 0 ? -1 : 1;
        while (count > 0)
        {
            if (total == buffer.Length)
            {
                Array.Resize(ref buffer, buffer.Length * 2);
            }

            count = ReadAt(file, buffer, total);
            total += Math.Max(count, 0);
        }

        Keep(file, count);
        return count < 0 ? default : buffer.AsSpan(0, total);
    }

    public void Dispose()
    {
        if (_file >= 0)
        {
            _ = LibC.close(_file);
            _file = Closed;
            _budget!.Return();
        }
    }

    private static int ReadAt(int file, byte[] buffer, int offset)
    {
        fixed (byte* start = buffer)
        {
            while (true)
            {
                nint count = LibC.pread(file, start + offset, buffer.Length - offset, offset);
                if (count >= 0 || Marshal.GetLastPInvokeError() != LibC.Interrupted)
                {
                    return (int)count;
                }
            }
        }
    }

    private int Open()
    {
        fixed (byte* name = _path)
        {
            return LibC.openat(_directory, name, LibC.ReadOnlyCloseOnExec);
        }
    }

    private void Keep(int file, int result)
    {
        if (file < 0 || (file == _file && result >= 0))
        {
            return;
        }

        if (file == _file)
        {
            Dispose();
        }
        else if (result >= 0 && _budget is not null && _budget.TryTake())
        {
            _file = file;
        }
        else
        {
            _ = LibC.close(file);
        }
    }
}
