namespace VirtAgents.Testbed;

/// <summary>
/// Lets one test program at a time use the testbed: several would get into each other's way and, on a small machine,
/// make each other too slow. Held from the first host of this process to the end of its last one.
/// </summary>
internal static class TestbedLock
{
    private const string FileName = "/var/tmp/virtagents-testbed.lock";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(20);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);
    private static readonly SemaphoreSlim Gate = new(1, 1);
    private static FileStream? _file;
    private static int _holders;

    /// <summary>Takes part in the lock. The first one also removes what an earlier, killed test program left behind.</summary>
    public static async Task EnterAsync(CancellationToken cancellationToken)
    {
        await Gate.WaitAsync(cancellationToken);
        try
        {
            if (_holders == 0)
            {
                _file = await OpenAsync(cancellationToken);
                await Command.ScriptAsync("host.sh", ["clear"], cancellationToken);
            }

            _holders++;
        }
        finally
        {
            if (_holders == 0)
            {
                _file?.Dispose();
                _file = null;
            }

            Gate.Release();
        }
    }

    public static async Task LeaveAsync()
    {
        await Gate.WaitAsync(CancellationToken.None);
        if (--_holders == 0)
        {
            _file?.Dispose();
            _file = null;
        }

        Gate.Release();
    }

    private static async Task<FileStream> OpenAsync(CancellationToken cancellationToken)
    {
        long start = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                return new FileStream(FileName, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException exception)
            {
                if (TimeProvider.System.GetElapsedTime(start) > Patience)
                {
                    throw new TestbedException($"another test program has held {FileName} for {Patience.TotalMinutes:0} minutes", exception);
                }
            }

            await Task.Delay(Pause, TimeProvider.System, cancellationToken);
        }
    }
}
