using VirtAgents.Protocol.V1;

namespace VirtAgents.Cli.Live;

/// <summary>Top on a terminal: draws when something new has come, obeys keys, puts the screen back at the end.</summary>
internal sealed class TopScreen(CommandContext context, TopView view)
{
    private static readonly TimeSpan KeyInterval = TimeSpan.FromMilliseconds(100);

    private TopView _view = view;
    private WatchLatestResponse? _latest;
    private string? _outage;
    private (int Width, int Height) _drawnSize;

    public async Task RunAsync(IAsyncEnumerable<LatestWatch.Update> updates, CancellationToken cancel)
    {
        var entered = false;
        await using var updating = updates.GetAsyncEnumerator(cancel);
        try
        {
            var next = updating.MoveNextAsync().AsTask();
            while (true)
            {
                await Task.WhenAny(next, Task.Delay(KeyInterval, context.Environment.Time, cancel));
                var changed = false;
                if (next.IsCompleted)
                {
                    await next;
                    Take(updating.Current);
                    next = updating.MoveNextAsync().AsTask();
                    changed = true;
                }

                cancel.ThrowIfCancellationRequested();
                if (!ObeyKeys(ref changed))
                {
                    return;
                }

                Draw(changed, ref entered);
            }
        }
        finally
        {
            if (entered)
            {
                context.Output.Write(TopFrame.Leave);
                context.Output.Flush();
            }
        }
    }

    private void Take(LatestWatch.Update update)
    {
        _latest = update.Latest ?? _latest;
        _outage = update.Outage;
    }

    private bool ObeyKeys(ref bool changed)
    {
        while (context.Environment.ReadKey() is { } key)
        {
            if (key is ConsoleKey.Q or ConsoleKey.Escape)
            {
                return false;
            }

            var after = _view.After(key);
            changed |= after != _view;
            _view = after;
        }

        return true;
    }

    private void Draw(bool changed, ref bool entered)
    {
        var size = context.Environment.TerminalSize();
        if (_latest is null || (!changed && size == _drawnSize))
        {
            return;
        }

        // Only once there is something to show: a failure before that stays visible on the ordinary screen.
        var text = (entered ? "" : TopFrame.Enter) + TopFrame.Draw(_latest, _view, _outage, size, context.Zone, context.Settings.Colour);
        entered = true;
        _drawnSize = size;
        context.Output.Write(text);
        context.Output.Flush();
    }
}
