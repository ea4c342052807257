using VirtAgents.Protocol.V1;

namespace VirtAgents.Cli.Live;

/// <summary>Top on a terminal: draws when something new has come, obeys keys, puts the screen back at the end.</summary>
internal sealed class TopScreen(CommandContext context, TopView view)
{
    private static readonly TimeSpan KeyInterval = TimeSpan.FromMilliseconds(100);

    private TopView _view = view;
    private WatchLatestResponse? _latest;
    private string? _outage;
    private bool _entered;
    private (int Width, int Height) _drawnSize;

    public async Task RunAsync(IAsyncEnumerable<LatestWatch.Update> updates, CancellationToken cancel)
    {
        using var leave = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var updating = updates.GetAsyncEnumerator(leave.Token);
        var next = Task.FromResult(true);
        try
        {
            next = updating.MoveNextAsync().AsTask();
            while (await WaitAsync(next, cancel) && await next)
            {
                Take(updating.Current);
                Draw();
                next = updating.MoveNextAsync().AsTask();
            }
        }
        finally
        {
            Restore();

            // The stream may be left in the middle of a wait, which must end before it can be disposed of. How it ends says
            // nothing new: either it was thrown above already, or it is the cancellation of the next line.
            await leave.CancelAsync();
            await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await updating.DisposeAsync();
        }
    }

    /// <summary>Obeys keys and changes of the window until the next picture is there; false = the person wants to leave.</summary>
    private async Task<bool> WaitAsync(Task next, CancellationToken cancel)
    {
        do
        {
            await Task.WhenAny(next, Task.Delay(KeyInterval, context.Environment.Time, cancel));
            cancel.ThrowIfCancellationRequested();
            var before = _view;
            if (!ObeyKeys())
            {
                return false;
            }

            if (_view != before || context.Environment.TerminalSize() != _drawnSize)
            {
                Draw();
            }
        }
        while (!next.IsCompleted);
        return true;
    }

    private void Take(LatestWatch.Update update)
    {
        _latest = update.Latest ?? _latest;
        _outage = update.Outage;
    }

    private bool ObeyKeys()
    {
        while (context.Environment.ReadKey() is { } key)
        {
            if (key is ConsoleKey.Q or ConsoleKey.Escape)
            {
                return false;
            }

            _view = _view.After(key);
        }

        return true;
    }

    private void Draw()
    {
        if (_latest is null)
        {
            return;
        }

        // Only once there is something to show: a failure before that stays visible on the ordinary screen.
        _drawnSize = context.Environment.TerminalSize();
        context.Output.Write((_entered ? "" : TopFrame.Enter) + TopFrame.Draw(_latest, _view, _outage, _drawnSize, context.Zone, context.Settings.Colour));
        context.Output.Flush();
        _entered = true;
    }

    private void Restore()
    {
        if (_entered)
        {
            context.Output.Write(TopFrame.Leave);
            context.Output.Flush();
        }
    }
}
