using System.Text;

namespace VirtAgents.Cli.Tests.Fixtures;

/// <summary>Captured output that a test can wait on.</summary>
internal sealed class WatchedWriter : TextWriter
{
    private readonly Lock _lock = new();
    private readonly StringBuilder _text = new();
    private readonly List<(Func<string, bool> Condition, TaskCompletionSource Met)> _waits = [];

    public WatchedWriter() => CoreNewLine = ['\n'];

    public override Encoding Encoding => Encoding.UTF8;

    public string Text
    {
        get
        {
            lock (_lock)
            {
                return _text.ToString();
            }
        }
    }

    public override void Write(char value) => Write([value]);

    public override void Write(string? value) => Write(value.AsSpan());

    public override void Write(char[] buffer, int index, int count) => Write(buffer.AsSpan(index, count));

    public override void Write(ReadOnlySpan<char> buffer)
    {
        lock (_lock)
        {
            _text.Append(buffer);
            foreach (var (_, met) in _waits.Where(wait => wait.Condition(_text.ToString())))
            {
                met.TrySetResult();
            }
        }
    }

    public Task UntilAsync(Func<string, bool> condition)
    {
        lock (_lock)
        {
            var met = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (condition(_text.ToString()))
            {
                met.SetResult();
            }

            _waits.Add((condition, met));
            return met.Task.WaitAsync(Tool.Patience);
        }
    }
}
