using System.Collections.Concurrent;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Agent.Stream;

/// <summary>
/// Answers directives. This agent only observes, so each one is refused with the reason. Answers wait here until the
/// writer takes them; a collector that floods without reading loses the oldest answers, which are counted.
/// </summary>
internal sealed class DirectiveDesk(TimeProvider time)
{
    private const int MostWaiting = 256;
    private const string NotHere = "acting is not available on this host";

    private readonly ConcurrentQueue<DirectiveUpdate> _answers = new();
    private long _answersDropped;

    public long AnswersDropped => Interlocked.Read(ref _answersDropped);

    public void Answer(Directive directive)
    {
        if (_answers.Count >= MostWaiting && _answers.TryDequeue(out _))
        {
            Interlocked.Increment(ref _answersDropped);
        }

        _answers.Enqueue(new DirectiveUpdate
        {
            DirectiveId = directive.Id,
            State = DirectiveState.Refused,
            Detail = NotHere,
            TimeUnixMs = time.GetUtcNow().ToUnixTimeMilliseconds(),
        });
    }

    public bool TryTake(out DirectiveUpdate? update) => _answers.TryDequeue(out update);
}
