namespace VirtAgents.Cli.Stores;

/// <summary>Shows how far long work is, beside the output and not more often than a person reads.</summary>
internal sealed class StoreProgress(CommandContext context)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);
    private long _shown = context.Environment.Time.GetTimestamp();

    public void Show(string text)
    {
        if (context.Environment.Time.GetElapsedTime(_shown) >= Pause)
        {
            _shown = context.Environment.Time.GetTimestamp();
            context.Notice(text + " ...");
        }
    }

    public IProgress<T> Of<T>(Func<T, string> text) => new Shown<T>(report => Show(text(report)));

    // Not Progress<T>: that one reports from other threads, after the work may have ended.
    private sealed class Shown<T>(Action<T> show) : IProgress<T>
    {
        public void Report(T value) => show(value);
    }
}
