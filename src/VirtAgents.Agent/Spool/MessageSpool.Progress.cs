using VirtAgents.Core.Model;

namespace VirtAgents.Agent.Spool;

/// <summary>How far the collector has come, and what is given up.</summary>
internal sealed partial class MessageSpool
{
    private readonly long _firstOfProcess;
    private long _acked;
    private long _rememberedAck;
    private bool _reconciled;

    /// <summary>Highest sequence that the collector has durably, as far as is known here.</summary>
    public long Acked => Interlocked.Read(ref _acked);

    /// <summary>Highest sequence that was given up though the collector does not have it.</summary>
    public long GivenUp { get; private set; }

    /// <summary>Takes over what the collector says is durable. False: it names a sequence that was never given.</summary>
    public bool TryAcknowledge(long sequence)
    {
        lock (_lock)
        {
            if (sequence >= _next)
            {
                return false;
            }

            Interlocked.Exchange(ref _acked, Math.Max(_acked, sequence));
            while (_queue.Count > 0 && _queue.FirstSequence <= _acked)
            {
                _queue.Dequeue();
            }

            Guarded(() => _store?.Trim(_acked));
            return true;
        }
    }

    /// <summary>Gives up the oldest record that is not acknowledged, so that what lies behind it can be sent.</summary>
    public bool TryGiveUpOldest(out long sequence)
    {
        lock (_lock)
        {
            sequence = Math.Max(_acked, GivenUp) + 1;
            bool any = sequence < _next;
            if (any)
            {
                GivenUp = sequence;
                Dropped++;
            }

            return any;
        }
    }

    /// <summary>
    /// Compares the first Welcome of this process with what the spool remembered when it was opened. False: the collector
    /// has numbers that this spool has lost (a power cut, a restored disk). They would be given again for other things, so
    /// a new sequence space has been begun and the caller must say hello anew.
    /// </summary>
    public bool TryReconcile(long collectorAcked)
    {
        lock (_lock)
        {
            if (_reconciled || collectorAcked < _firstOfProcess)
            {
                _reconciled = true;
                return true;
            }

            _reconciled = true;
            LogSpaceLost(collectorAcked, _firstOfProcess - 1, BootId);
            BootId = new BootId(Guid.NewGuid());
            Interlocked.Exchange(ref _acked, Math.Max(_acked, _firstOfProcess - 1));
            Guarded(() => _identity?.Write(BootId, _host));
            Guarded(() => _store?.Trim(_acked));
            return false;
        }
    }

    private void Adopt(SpoolIdentity identity)
    {
        if (identity.TryRead(out BootId boot, out HostId host) && host == _host)
        {
            BootId = boot;
            _acked = _rememberedAck = identity.ReadAcked();
        }
        else
        {
            if (host != default)
            {
                LogForeignSpool(host, _host);
            }

            _store!.Clear();
            identity.WriteAcked(0);
            identity.Write(BootId, _host);
        }

        _next = Math.Max(_store!.LastSequence, _acked) + 1;
        _store.Trim(_acked);
    }
}
