namespace VirtAgents.Storage.Influx.Http;

/// <summary>What becomes of lines that were sent.</summary>
internal enum WriteVerdict
{
    /// <summary>The server has them.</summary>
    Accepted = 0,

    /// <summary>The server has them but for those that are older than it keeps.</summary>
    Expired = 1,

    /// <summary>Too many for one request; fewer may go.</summary>
    TooLarge = 2,

    /// <summary>Some of them the server will never take.</summary>
    Wrong = 3,

    /// <summary>They may be taken later.</summary>
    Later = 4,

    /// <summary>They may be taken when database, policy or bucket are there again.</summary>
    NoTarget = 5,

    /// <summary>They may be taken later, and fewer at a time sooner.</summary>
    TooSlow = 6,
}

/// <summary>What a server said to lines, judged.</summary>
/// <param name="Verdict">What becomes of them.</param>
/// <param name="Message">The server's words; empty when it took them.</param>
/// <param name="Status">HTTP status.</param>
internal readonly record struct WriteAnswer(WriteVerdict Verdict, string Message, int Status)
{
    // A write is repeated for as long as it can succeed, since samples that are called wrong are lost for good.
    private static readonly string[] LinesAreWrong = ["partial write", "unable to parse", "line protocol", "field type conflict", "points batch", "max key length"];

    /// <summary>The lines got there.</summary>
    public bool IsAccepted => Verdict is WriteVerdict.Accepted or WriteVerdict.Expired;

    /// <summary>Judges an answer.</summary>
    public static WriteAnswer Judge(InfluxReply reply)
    {
        if (reply.IsSuccess)
        {
            return new WriteAnswer(WriteVerdict.Accepted, "", reply.Status);
        }

        string message = reply.Message;
        return new WriteAnswer(VerdictOf(reply, message), message, reply.Status);
    }

    private static WriteVerdict VerdictOf(InfluxReply reply, string message) => reply.Status switch
    {
        0 when reply.IsLate => WriteVerdict.TooSlow,
        413 => WriteVerdict.TooLarge,
        404 => WriteVerdict.NoTarget,

        // InfluxDB 1 calls a missing policy a failure of its own, and a retry of HTTP would never end.
        500 when message.Contains("retention policy not found", StringComparison.Ordinal) => WriteVerdict.NoTarget,
        400 or 422 when reply.IsOfInflux => OfRefusal(message),
        _ => WriteVerdict.Later,
    };

    private static WriteVerdict OfRefusal(string message)
    {
        // Its words are exactly these when nothing else is wrong; what the operator chose not to keep is not an error.
        if (message.Contains("partial write: points beyond retention policy", StringComparison.Ordinal))
        {
            return WriteVerdict.Expired;
        }

        // More series or values than the operator allows: the server takes them once the limit is raised.
        if (message.Contains("limit exceeded", StringComparison.Ordinal))
        {
            return WriteVerdict.Later;
        }

        return LinesAreWrong.Any(w => message.Contains(w, StringComparison.OrdinalIgnoreCase)) ? WriteVerdict.Wrong : WriteVerdict.Later;
    }
}
