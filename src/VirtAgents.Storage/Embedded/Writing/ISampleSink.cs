namespace VirtAgents.Storage.Embedded.Writing;

/// <summary>What keeps the samples of a batch, inside the transaction of the batch.</summary>
internal interface ISampleSink : IDisposable
{
    /// <summary>Takes reports and returns how many values they have.</summary>
    long Save(List<Accepted> reports);

    /// <summary>What was saved last is durable.</summary>
    void Commit();

    /// <summary>What was saved last is not.</summary>
    void RollBack();
}
