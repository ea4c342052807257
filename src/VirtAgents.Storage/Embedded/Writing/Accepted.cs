namespace VirtAgents.Storage.Embedded.Writing;

/// <summary>A report that is not in the store yet, on its way into it.</summary>
/// <param name="Report">The report.</param>
/// <param name="Stream">Its sequence space.</param>
/// <param name="Order">Its place in the batch.</param>
/// <param name="Hour">Hour it belongs to.</param>
/// <param name="Subjects">Entries of the subjects that its rows use.</param>
internal readonly record struct Accepted(ReportRecord Report, StreamState Stream, int Order, long Hour, ResolvedSubjects Subjects);
